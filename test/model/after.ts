import assert from "node:assert/strict";
import { otherSlot, type Slot, SLOTS, type SlotState } from "../../release/slots";
import { allTo, sameWeights, type Weights } from "../../release/weights";

/** What a version does once it has traffic. */
export type Content = "good-1" | "good-2" | "fails" | "ails";

export interface Held {
  readonly content: Content;
  readonly taskDefinitionArn: string;
  /** Seconds that it has had traffic. */
  exposed: number;
  /** Whether an update has brought its traffic to the end. */
  hasServed: boolean;
}

export interface Run {
  /** `late`: failed when the traffic was where it is to be, and not recorded. */
  readonly result: "done" | "late" | "failed" | "killed" | "refused";
}

/** What there is at one moment. */
export interface Snapshot {
  readonly weights: Weights;
  readonly slots: Readonly<Record<Slot, Held | undefined>>;
  /** Tasks that ECS is asked for. */
  readonly desired: Readonly<Record<Slot, number>>;
}

/** What must hold after every run, however it ended. */
export function assertAfter(
  result: Run["result"],
  {
    record,
    next,
    standby,
    shiftBegan,
    homesAnswer,
  }: {
    readonly record: SlotState<Content> | undefined;
    readonly next: SlotState<Content>;
    readonly standby: "warm" | "cold";
    /** Whether the run had come as far as to move traffic. */
    readonly shiftBegan: boolean;
    /** Whether all that is recorded as live could carry the traffic: where not, a run that moved nothing leaves all as it was. */
    readonly homesAnswer: boolean;
  },
  before: Snapshot,
  after: Snapshot,
): void {
  for (const slot of SLOTS)
    if (after.slots[slot] && after.desired[slot] < before.desired[slot]) {
      const rests = standby === "cold" && slot === otherSlot(next.live);
      assert.ok(rests && after.desired[slot] === 0, `${slot} was scaled in`);
    }
  if (result === "done" && after.slots[otherSlot(next.live)]) {
    const tasks = after.desired[otherSlot(next.live)];
    assert.ok(standby === "cold" ? tasks === 0 : tasks > 0, `${tasks} stand by`);
  }
  const changed = SLOTS.filter((slot) => before.slots[slot] !== after.slots[slot]);
  if (record && result !== "done")
    assert.ok(!changed.includes(record.live), "a run that fails leaves what is live as it was");
  if (result === "done") {
    assert.ok(sameWeights(after.weights, allTo(next.live)), "a finished run equals what was asked");
    for (const slot of SLOTS) assert.equal(after.slots[slot]?.content, next[slot]);
  }
  // One that failed before it came to the traffic has left what a run before it had moved; and what an update that
  // failed late had delivered goes where the others go.
  if (result === "failed" && shiftBegan && record && next.live !== record.live) {
    const share = after.weights[next.live];
    const isDelivered = after.slots[next.live]?.hasServed === true && share === 100;
    const isLeft = !homesAnswer && sameWeights(before.weights, after.weights);
    assert.ok(
      share === 0 || isDelivered || isLeft,
      `a version that was turned back has ${share} %`,
    );
  }
}
