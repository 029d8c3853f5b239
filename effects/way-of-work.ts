import type { AwsPlace } from "../components/place";
import { otherSlot, type Slot } from "../release/slots";
import type { FoundSlots } from "./worker-slots";
import type { Worker } from "./worker";
import { WorkerSwitch } from "./worker-switch";

/** A worker whose work may have to go back to the slot that the record calls live. */
export type RecordedWorker = Omit<Worker, keyof AwsPlace>;

/**
 * Gives the work back to the slot that the record calls live, as one part of all that goes there. Should another part
 * fail, all works on that did.
 *
 * @throws where no ECS service is in that slot
 */
export function wayOfWork(
  place: AwsPlace,
  worker: RecordedWorker,
  live: Slot,
  found: FoundSlots,
): WorkerSwitch {
  const home = found[live];
  if (!home)
    throw new Error(
      `${worker.service}: ${live} is to work again, and no ECS service is there; ` +
        "look at what was deleted, then run the update again",
    );
  const { serviceName, taskDefinitionArn } = home;
  const own = { live, serviceName, taskDefinitionArn, order: -worker.order };
  return new WorkerSwitch(
    { ...place, ...worker, ...own, bakeSeconds: 0, watch: [] },
    { found, back: otherSlot(live), isKept: true },
  );
}
