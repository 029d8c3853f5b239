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
  /** Whether tasks that end are waited for until they have ended, their stop timeout over. @default false */
  readonly untilStopped?: boolean;
}

const pollSeconds = 1;

/**
 * Stops the tasks of a slot that has no work and tells when they are gone. Its policies are silenced first:
 * an alarm of the minutes in which it was busy would start it again.
 */
export class SlotRest {
  private readonly slot: RestingSlot;
  private readonly tasks: SlotTasks;
  private deadline: number | undefined;

  constructor(slot: RestingSlot) {
    this.slot = slot;
    this.tasks = new SlotTasks(slot);
  }

  /**
   * @returns whether ECS is asked for nothing and no task of the slot runs
   * @throws where something scales it again, or its time is over
   */
  async poll(): Promise<boolean> {
    const { service, slot, timeoutSeconds } = this.slot;
    const seen = await this.tasks.observe();
    if (isAtRest(seen) && (await this.hasEnded())) return true;
    if (this.deadline === undefined) {
      if (seen.desiredCount > 0) await this.stop();
      this.deadline = Date.now() + timeoutSeconds * 1000;
      return false;
    }
    if (seen.desiredCount > 0)
      throw new Error(
        `${service}: ${slot} was to have no tasks, and something asks for ${seen.desiredCount} again: ` +
          "find what scales it, then run the update again",
      );
    if (Date.now() > this.deadline)
      throw new Error(
        `${service}: the tasks in ${slot} have not stopped after ${timeoutSeconds} s; ` +
          "look at what keeps them, then run the update again",
      );
    return false;
  }

  private async hasEnded(): Promise<boolean> {
    return !this.slot.untilStopped || (await this.tasks.haveEnded());
  }

  private async stop(): Promise<void> {
    const { slot } = this;
    await new Scaling(slot).give(slot, "none");
    // The weights may have moved this very moment.
    if (slot.drainSeconds > 0) await pause(slot.drainSeconds);
    await this.tasks.scaleTo(0);
  }
}

/** Stops the tasks of a slot that has no traffic and waits until they are gone. */
export async function putToRest(slot: RestingSlot): Promise<void> {
  const rest = new SlotRest(slot);
  while (!(await rest.poll())) await pause(pollSeconds);
}

/** Whether something runs in a slot that is to rest. */
export async function isAwake(slot: RestingSlot): Promise<boolean> {
  return !isAtRest(await new SlotTasks(slot).observe());
}
