import type { Slot } from "./slots";

/** Share of the traffic that each slot's target group gets, in percent. */
export type Weights = Readonly<Record<Slot, number>>;

/** A share of the traffic to one slot, in percent, and the rest to the other. */
export const shareTo = (slot: Slot, percent: number): Weights =>
  slot === "blue"
    ? { blue: percent, green: 100 - percent }
    : { blue: 100 - percent, green: percent };

/** All traffic to one slot. */
export const allTo = (slot: Slot): Weights => shareTo(slot, 100);

export const sameWeights = (a: Weights, b: Weights): boolean =>
  a.blue === b.blue && a.green === b.green;

export const describeWeights = (weights: Weights): string =>
  `blue ${weights.blue} %, green ${weights.green} %`;
