import type { AwsPlace } from "../components/place";
import { otherSlot, type Slot } from "../release/slots";
import type { FoundSlots } from "./worker-slots";
import type { Worker } from "./worker";
import { WorkerSwitch } from "./worker-switch";

/** A worker whose work may have to go back to the slot that the record calls live. */
export type RecordedWorker = Omit<Worker, keyof AwsPlace>;

/** Gives the work of a worker to the slot that the record calls live, as one part of all that goes there. */
export class WayOfWork extends WorkerSwitch {
  private readonly live: Slot;

  /**
   * @param live what the record calls live. Should another part fail, all works on that did
   * @throws where no ECS service is in that slot
   */
  constructor(place: AwsPlace, worker: RecordedWorker, live: Slot, found: FoundSlots) {
    const home = found[live];
    if (!home)
      throw new Error(
        `${worker.service}: ${live} is to work again, and no ECS service is there; ` +
          "look at what was deleted, then run the update again",
      );
    const { serviceName, taskDefinitionArn } = home;
    const own = { live, serviceName, taskDefinitionArn, order: -worker.order };
    super(
      { ...place, ...worker, ...own, bakeSeconds: 0, watch: [] },
      { found, back: otherSlot(live), isKept: true },
    );
    this.live = live;
  }

  override describe(reason: string, undone: string | undefined): string {
    const now = undone === undefined ? "nothing was stopped" : undone;
    return (
      `${this.name}: ${this.live} is to work again before anything new is started, and could not; ${now}: ${reason}; ` +
      `look at the tasks in ${this.live}, or deliver again what works, then run the update again`
    );
  }
}
