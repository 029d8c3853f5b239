import { type ShiftStep, watchedSeconds } from "./shift-plan";

interface Delivery {
  readonly order: number;
  /** None of a worker, which gets its work at once. @default [] */
  readonly steps?: readonly ShiftStep[];
  readonly bakeSeconds: number;
}

/** Seconds that a release is made to take: services of one order are watched together, orders one after the other. */
export function releaseSeconds(deliveries: readonly Delivery[]): number {
  const longest = new Map<number, number>();
  for (const { order, steps = [], bakeSeconds } of deliveries)
    longest.set(order, Math.max(longest.get(order) ?? 0, watchedSeconds(steps, bakeSeconds)));
  return [...longest.values()].reduce((sum, seconds) => sum + seconds, 0);
}
