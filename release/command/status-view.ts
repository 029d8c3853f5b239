import { shortId } from "../release";
import { otherSlot, type Slot } from "../slots";
import { describeWeights } from "../weights";
import { ago, time } from "./duration";
import type { Paint } from "./paint";
import type { ServiceSlots } from "./stack-state";
import type { SettingsReport, StackReport } from "./status-report";
import { table } from "./table";
import type { TrafficReport } from "./traffic-report";

/** The report of `status` for people. */
export function statusView(reports: readonly StackReport[], paint: Paint, now: number): string {
  return reports.map((report) => stackLines(report, paint, now).join("\n")).join("\n\n") + "\n";
}

function stackLines(report: StackReport, paint: Paint, now: number): string[] {
  const { stack, settings } = report;
  const facts: [string, string][] = report.exists
    ? [
        ["release", releaseText(report)],
        ...(report.url === null ? [] : [["url", report.url] satisfies [string, string]]),
        ["updated", updateText(report, paint, now)],
        ...(report.traffic === null
          ? []
          : [["traffic", trafficText(report, report.traffic, paint)] satisfies [string, string]]),
        ["rollback", rollbackText(report)],
        ["settings", settingsText(settings, paint)],
      ]
    : [
        ["stack", `does not exist yet; \`pulumi stack init ${stack}\` makes it`],
        ["settings", settingsText(settings, paint)],
      ];
  return [
    paint("bold", stack),
    ...table(facts).map((line) => `  ${line}`),
    ...slotLines(report, paint).map((line) => `  ${line}`),
    ...report.problems.map((problem) => `  ${paint("red", problem)}`),
  ];
}

function releaseText({ release }: StackReport): string {
  return release ? `${shortId(release.id)}, commit ${release.commit}` : "none is live";
}

function updateText(report: StackReport, paint: Paint, now: number): string {
  const { lastUpdate, running, pendingOperations } = report;
  const parts: string[] = [];
  if (running) {
    const gone = running.gone ? "; that process is gone, `pulumi cancel` frees the stack" : "";
    const text = ["an update is under way", running.by && `by ${running.by}`].filter(Boolean);
    const since = running.since === undefined ? "" : `, since ${time(running.since)}`;
    parts.push(paint("yellow", text.join(" ") + since + gone));
  }
  if (lastUpdate) {
    const { kind, result, endedAt, changedNothing } = lastUpdate;
    const outcome = `${kind} ${result}${changedNothing ? ", and changed nothing" : ""}`;
    const when = endedAt === undefined ? "" : `${time(endedAt)}, ${ago(endedAt, now)}: `;
    parts.push(when + (result === "succeeded" ? outcome : paint("red", outcome)));
  } else parts.push("never");
  if (pendingOperations > 0 && !running) {
    parts.push(
      paint("red", `interrupted, ${pendingOperations} operations without a known outcome`),
    );
  }
  return parts.join("; ");
}

function rollbackText({ rollback, release }: StackReport): string {
  if (!rollback) return "nothing to return to";
  const target = `${shortId(rollback.id)}, commit ${rollback.commit}`;
  return rollback.id === release?.id
    ? `returns to ${target}, live before the failed update`
    : `returns to ${target}`;
}

function settingsText(settings: SettingsReport, paint: Paint): string {
  const { file, fileExists, build, pinned, differ } = settings;
  if (!fileExists) return paint("yellow", `there is no ${file}`);
  if (pinned === null) return build ? "builds from source" : `${file} pins no release`;
  const over = build ? ", over build" : "";
  return differ === true
    ? paint("yellow", `${file} pins ${shortId(pinned)}${over}, which is not live`)
    : `${file} pins what is live${over}`;
}

function trafficText(
  { stack, services }: StackReport,
  traffic: TrafficReport,
  paint: Paint,
): string {
  if (!traffic.read) return paint("yellow", `not known: ${traffic.reason}`);
  const strayed = Object.entries(traffic.services).filter(([, { asRecorded }]) => !asRecorded);
  if (strayed.length === 0) return "goes where the last update left it";
  const each = strayed.map(([name, { weights, elsewhere }]) => {
    const shares = weights ? describeWeights(weights) : "its rule is gone";
    const now = elsewhere ? `${shares} and elsewhere` : shares;
    return `${name}: ${now}, recorded is ${services[name]?.live ?? "?"}`;
  });
  const next = `\`pulumi preview -s ${stack}\` shows what the next update does about it`;
  return paint("red", `not as recorded: ${each.join("; ")}; ${next}`);
}

function slotLines({ services, traffic }: StackReport, paint: Paint): string[] {
  const names = Object.keys(services).sort();
  if (names.length === 0) return [];
  const rows = names.flatMap((name) => {
    const slots = services[name];
    if (!slots) return [];
    const weights = traffic?.read ? traffic.services[name]?.weights : undefined;
    const shareOf = (slot: Slot): string => (weights ? `${weights[slot]} %` : "");
    const other = otherSlot(slots.live);
    return [
      row(name, slots, slots.live, slots.worker ? "worker" : shareOf(slots.live)),
      row("", slots, other, shareOf(other)),
    ];
  });
  const columns = ["service", "slot", "", "traffic", "image", "release"];
  const [head = "", ...lines] = table([columns, ...rows]);
  return [paint("dim", head), ...lines];
}

function row(name: string, slots: ServiceSlots, slot: Slot, share: string): string[] {
  const content = slots[slot];
  const role = slot === slots.live ? "live" : "standby";
  if (!content) return [name, slot, role, share, "empty", ""];
  return [name, slot, role, share, shortId(content.digest), shortId(content.release)];
}
