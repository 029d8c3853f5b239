import type { Slot } from "./slots";

/** Share of the traffic that each slot's target group gets, in percent. */
export type Weights = Readonly<Record<Slot, number>>;

/** All traffic to one slot. */
export const allTo = (slot: Slot): Weights =>
  slot === "blue" ? { blue: 100, green: 0 } : { blue: 0, green: 100 };

export const sameWeights = (a: Weights, b: Weights): boolean =>
  a.blue === b.blue && a.green === b.green;

export const describeWeights = (weights: Weights): string =>
  `blue ${weights.blue} %, green ${weights.green} %`;
