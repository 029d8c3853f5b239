import { isAtRest } from "../release/readiness";
import type { Slot } from "../release/slots";
import { pause } from "./interruption";
import { Scaling } from "./scaling";
import { type SlotService, SlotTasks } from "./slot-tasks";

export interface RestingSlot extends SlotService {
  readonly service: string;
  readonly slot: Slot;
  /** How long the load balancer lets requests under way end. */
  readonly drainSeconds: number;
  readonly timeoutSeconds: number;
  /** Whether policies scale the service. @default false */
  readonly scales?: boolean;
}

const pollSeconds = 1;

/**
 * Stops the tasks of a slot that has no traffic and waits until they are gone. Its policies are silenced first:
 * an alarm of the minutes in which it was busy would start it again.
 */
export async function putToRest(slot: RestingSlot): Promise<void> {
  const tasks = new SlotTasks(slot);
  const seen = { ...(await tasks.observe()), healthyTargets: 0 };
  if (isAtRest(seen)) return;
  if (seen.desiredCount > 0) {
    if (slot.scales) await new Scaling(slot).give(slot, "none");
    // The weights may have moved this very moment.
    await pause(slot.drainSeconds);
    await tasks.scaleTo(0);
  }
  const end = Date.now() + slot.timeoutSeconds * 1000;
  for (;;) {
    const now = { ...(await tasks.observe()), healthyTargets: 0 };
    if (isAtRest(now)) return;
    if (now.desiredCount > 0)
      throw new Error(
        `${slot.service}: ${slot.slot} was to have no tasks, and something asks for ${now.desiredCount} again: ` +
          "find what scales it, then run the update again",
      );
    if (Date.now() > end)
      throw new Error(
        `${slot.service}: the tasks in ${slot.slot} have not stopped after ${slot.timeoutSeconds} s; ` +
          "the traffic is where it is to be: look at them, then run the update again",
      );
    await pause(pollSeconds);
  }
}

/** Whether something runs in a slot that is to rest. */
export async function isAwake(slot: RestingSlot): Promise<boolean> {
  return !isAtRest({ ...(await new SlotTasks(slot).observe()), healthyTargets: 0 });
}
