import { otherSlot, type Slot } from "../slots";
import { type Answer, type Course, isAnswered, measure, ofLive, turned } from "./measure";

/** What must not be exceeded. */
export interface Limits {
  /** What 99 of 100 answers of the new version must not take longer than. */
  readonly latencySeconds: number;
}

const MOST_KINDS = 3;

/** All that is wrong with how a service came through its rehearsal, as far as it came; nothing where it did well. */
export function problemsOf(
  answers: readonly Answer[],
  course: Course,
  { latencySeconds }: Limits,
): string[] {
  const { live, back, forward } = course;
  const { load } = measure(answers, course);
  const before = otherSlot(live);
  const wrong = ofLive(answers, course).flatMap((each) => each.wrong ?? []);
  const problems = droppedIn(answers);
  if (wrong.length > 0)
    problems.push(
      `${wrong.length} of ${load.requests} answers were not as expected: ${kinds(wrong)}`,
    );
  if (back) {
    const until = forward?.began;
    problems.push(...unanswered(answers, before, turned(answers, back, live, until), until));
  }
  if (forward) problems.push(...unanswered(answers, live, turned(answers, forward, before)));
  const mostMs = latencySeconds * 1000;
  if (load.requests === 0) problems.push(`nobody asked the version in ${live}`);
  if (load.p99Ms > mostMs)
    problems.push(`99 of 100 answers came within ${load.p99Ms} ms, and ${mostMs} ms are allowed`);
  return problems;
}

/** The requests that were dropped, in one sentence; nothing where all were answered. */
export function droppedIn(answers: readonly Answer[]): string[] {
  const all = answers.flatMap(({ dropped }) => dropped ?? []);
  if (all.length === 0) return [];
  return [`${all.length} of ${answers.length} requests were dropped: ${kinds(all)}`];
}

/** Whether no answer came from a slot once all traffic was to go there. What does not say its slot is believed by the weights. */
function unanswered(
  answers: readonly Answer[],
  slot: Slot,
  from: number,
  until = Infinity,
): string[] {
  const isFrom = (each: Answer): boolean => isAnswered(each) && (each.slot ?? slot) === slot;
  const found = answers.some((each) => each.began > from && each.began < until && isFrom(each));
  return found ? [] : [`no answer came from ${slot} after all traffic was to go there`];
}

/** What went wrong how often, the most frequent first. */
function kinds(all: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const kind of all) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  const named = sorted.slice(0, MOST_KINDS).map(([kind, count]) => `${count} times ${kind}`);
  return [...named, ...(sorted.length > MOST_KINDS ? ["and others"] : [])].join(", ");
}
