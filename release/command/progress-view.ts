import { duration } from "./duration";
import type { Paint } from "./paint";
import type { OpenStep, Progress, ProgressLine } from "./progress";

const MARKS = { begin: "·", done: "✓", failed: "✗", error: "✗", warning: "!" } as const;
const STYLES = {
  begin: "dim",
  done: "green",
  failed: "red",
  error: "red",
  warning: "yellow",
} as const;
const MOST_OPEN_LINES = 8;
/** Width of the column of times. */
const TIME_WIDTH = 12;

/** A line of progress, with the lines of a longer message below it. */
export function lineView({ mark, text, at, took }: ProgressLine, paint: Paint): string {
  const [first = "", ...rest] = text.split("\n");
  const ended = mark === "failed" ? ": failed" : "";
  const after = took === undefined ? "" : ` (${duration(took)})`;
  const time = paint("dim", duration(at).padStart(TIME_WIDTH));
  const head = `${time}  ${paint(STYLES[mark], MARKS[mark])} ${first}${ended}${after}`;
  return [head, ...rest.map((line) => `${" ".repeat(TIME_WIDTH + 4)}${line}`)].join("\n");
}

/** What is under way, a line each; resources without a line of their own are counted by area. */
export function openView({ open }: Progress, now: number): string[] {
  const steps = Object.values(open);
  const milestones = steps.flatMap(({ milestone, since }) =>
    milestone ? [`${milestone.doing} (${elapsed(since, now)})`] : [],
  );
  const areas = new Map<string, OpenStep[]>();
  for (const step of steps.filter(({ milestone }) => !milestone)) {
    areas.set(step.area, [...(areas.get(step.area) ?? []), step]);
  }
  const counts = [...areas].map(([area, each]) => {
    const since = Math.min(...each.map((step) => step.since));
    const resources = each.length === 1 ? "1 resource" : `${each.length} resources`;
    return `${area}: ${resources} under way (${elapsed(since, now)})`;
  });
  const lines = [...milestones, ...counts];
  const more = lines.length - MOST_OPEN_LINES;
  return more > 0 ? [...lines.slice(0, MOST_OPEN_LINES), `and ${more} more`] : lines;
}

const OUTCOMES: readonly (readonly [op: string, word: string])[] = [
  ["create", "created"],
  ["update", "updated"],
  ["replace", "replaced"],
  ["delete", "removed"],
  ["import", "imported"],
  ["same", "unchanged"],
];

/** `2 created, 10 updated, 80 unchanged`. */
export function changesView(changes: Readonly<Record<string, number>> | undefined): string {
  if (!changes) return "nothing is known of the changes";
  const parts = OUTCOMES.flatMap(([op, word]) => {
    const count = changes[op] ?? 0;
    return count > 0 ? [`${count} ${word}`] : [];
  });
  return parts.length > 0 ? `resources: ${parts.join(", ")}` : "no resource";
}

function elapsed(since: number, now: number): string {
  return duration(Math.max(0, Math.floor(now - since)));
}
