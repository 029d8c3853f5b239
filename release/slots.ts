/** One of the two places a version of a service can run in. */
export type Slot = "blue" | "green";

/** Both slots in a fixed order: blue first. */
export const SLOTS: readonly Slot[] = ["blue", "green"];

/** What each slot holds and which of them takes the traffic; `R` is the revision. */
export interface SlotState<R> {
  readonly live: Slot;
  readonly blue: R | undefined;
  readonly green: R | undefined;
}

/** Whether a recorded revision is what is now desired. */
export type SameRevision<R, D> = (recorded: R, desired: D) => boolean;

/** The slot that is not `slot`. */
export function otherSlot(slot: Slot): Slot {
  return slot === "blue" ? "green" : "blue";
}

/** The slot that takes no traffic. */
export function standbySlot(state: SlotState<unknown>): Slot {
  return otherSlot(state.live);
}

/**
 * Decides which slot gets the desired revision and which slot is live.
 *
 * - no previous state: blue gets it and is live, green holds nothing (zero tasks);
 * - the live slot holds it: nothing changes;
 * - the standby slot holds it: live flips and no content changes (instant rollback);
 * - otherwise the standby slot gets it and live flips.
 *
 * The content of the live slot never changes, whatever is desired. A recorded revision that is the
 * desired one is kept as it was recorded, so that it is declared again exactly as it runs.
 *
 * @param previous what the stack last recorded after a successful update
 * @param same revisions compare by identity unless given
 */
export function assignSlots<R, D = R>(
  previous: SlotState<R> | undefined,
  desired: D,
  same: SameRevision<R, D> = Object.is,
): SlotState<R | D> {
  if (previous === undefined) return { live: "blue", blue: desired, green: undefined };
  const holds = (slot: Slot): boolean => {
    const recorded = previous[slot];
    return recorded !== undefined && same(recorded, desired);
  };
  if (holds(previous.live)) return previous;
  const standby = standbySlot(previous);
  if (holds(standby)) return { ...previous, live: standby };
  return { ...previous, [standby]: desired, live: standby };
}
