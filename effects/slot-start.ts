import { judgeReadiness } from "../release/readiness";
import type { Slot } from "../release/slots";
import { explain } from "./clients";
import { type CheckedSlot, checkedBy, slotHealthOf } from "./slot-health";
import { type SlotService, SlotTasks } from "./slot-tasks";

export interface StartedSlot extends SlotService, CheckedSlot {
  readonly service: string;
  readonly slot: Slot;
  /** How long the slot has to become healthy. */
  readonly timeoutSeconds: number;
}

/** A version that will not be ready, with why and the last lines of a task that ended. */
export class SlotFailure extends Error {}

/** Brings a slot up to its tasks, and tells when it is ready; a deployment that ECS gives up ends it at once. */
export class SlotStart {
  private readonly slot: StartedSlot;
  private readonly tasks: SlotTasks;
  private readonly health: ReturnType<typeof slotHealthOf>;
  private readonly tasksFor: (desired: number) => number;
  /** In Unix milliseconds; counted from the first look. */
  private deadline: number | undefined;
  private ailing: readonly string[] = [];
  private isFirst = true;

  /** @param tasksFor how many tasks it is to have, by how many ECS is asked for when it is first looked at */
  constructor(slot: StartedSlot, tasksFor: (desired: number) => number) {
    this.slot = slot;
    this.tasksFor = tasksFor;
    this.tasks = new SlotTasks(slot);
    this.health = slotHealthOf(slot);
  }

  /**
   * @returns whether the slot is ready
   * @throws SlotFailure once it is known that it will not be
   */
  async poll(): Promise<boolean> {
    const { isFirst } = this;
    this.deadline ??= Date.now() + this.slot.timeoutSeconds * 1000;
    this.isFirst = false;
    const [seen, health] = await Promise.all([this.tasks.observe(), this.health()]);
    this.ailing = mostTelling(this.ailing, health.others);
    // What scales the slot while it comes up is followed; only at first is it given what the settings ask.
    const desiredCount = isFirst ? this.tasksFor(seen.desiredCount) : seen.desiredCount;
    if (seen.desiredCount === 0 && desiredCount > 0) await this.tasks.startUp(desiredCount);
    else if (desiredCount !== seen.desiredCount) await this.tasks.scaleTo(desiredCount);
    const verdict = judgeReadiness(
      { ...seen, desiredCount, healthy: health.healthy },
      checkedBy(this.slot),
    );
    if (verdict.state === "ready") return true;
    // What was given up before this run began is tried once more; what fails in this run is final.
    if (verdict.state === "failed" && !isFirst) throw await this.failure(verdict.reason);
    if (verdict.state === "failed") await this.tasks.retry();
    if (Date.now() > this.deadline) {
      const waited = verdict.state === "waiting" ? verdict.for : "the deployment tried again";
      const reason = `still waiting after ${this.slot.timeoutSeconds} s for ${waited}`;
      throw await this.failure(reason);
    }
    return false;
  }

  private async failure(reason: string): Promise<SlotFailure> {
    const { service, slot } = this.slot;
    const words = await this.tasks
      .lastWords()
      .catch((error: unknown) => explain(error, "looking for what its tasks said").message);
    const ailing = checkedBy(this.slot) === "targets" ? "target " : "";
    const lines = [
      `${service}: the version in ${slot} did not get healthy: ${reason}`,
      ...(words !== undefined ? [words] : []),
      ...this.ailing.map((each) => `${ailing}${each}`),
    ];
    return new SlotFailure(lines.join("\n"));
  }
}

/** ECS replaces a task soon after it is found unhealthy, so what was said of it then is kept. */
function mostTelling(before: readonly string[], now: readonly string[]): readonly string[] {
  const tells = (all: readonly string[]): boolean => all.some((each) => / unhealthy/i.test(each));
  return tells(before) && !tells(now) ? before : now;
}
