/** A stretch of time, in seconds. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** The same time in stretches that do not touch, in order. */
export function merged(intervals: readonly Interval[]): Interval[] {
  const all: Interval[] = [];
  for (const { from, to } of intervals.toSorted((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last && from <= last.to) all[all.length - 1] = { ...last, to: Math.max(last.to, to) };
    else if (to > from) all.push({ from, to });
  }
  return all;
}

/** Seconds in which at least one of them goes on. */
export const secondsIn = (intervals: readonly Interval[]): number =>
  merged(intervals).reduce((sum, { from, to }) => sum + to - from, 0);

/** What of `whole` is in none of `taken`. */
export function without(whole: Interval, taken: readonly Interval[]): Interval[] {
  const left: Interval[] = [];
  let { from } = whole;
  for (const each of merged(taken)) {
    const to = Math.min(each.from, whole.to);
    if (to > from) left.push({ from, to });
    from = Math.max(from, each.to);
  }
  if (whole.to > from) left.push({ from, to: whole.to });
  return left;
}

/** How long each name goes on, of what goes on at the same time the first one alone. */
export function shares(
  whole: readonly Interval[],
  named: Readonly<Record<string, readonly Interval[]>>,
  rest: string,
): Readonly<Record<string, number>> {
  let left = merged(whole);
  const seconds: Record<string, number> = {};
  for (const [name, taken] of Object.entries(named)) {
    const before = secondsIn(left);
    left = left.flatMap((each) => without(each, taken));
    seconds[name] = before - secondsIn(left);
  }
  return { ...seconds, [rest]: secondsIn(left) };
}
