import { EcsService, type EcsServiceName } from "./ecs-service";
import { pause } from "./interruption";
import { targetHealthOf } from "./target-health";

export interface SlotCapacity extends EcsServiceName {
  readonly targetGroupArn: string;
  /** How long the slot has to get them. */
  readonly readyTimeoutSeconds: number;
}

/**
 * Has a slot get as many healthy tasks as it needs, or ends when its time is over or nobody waits any more. A policy may have scaled the live slot
 * since this one came up, a hand may have scaled this one, and a task of a warm slot may be on its way.
 */
export async function awaitCapacity(
  slot: SlotCapacity,
  tasks: number,
  { unlessHealthy, stop }: { readonly unlessHealthy: boolean; readonly stop: AbortSignal },
): Promise<void> {
  const targetHealth = targetHealthOf(slot, slot.targetGroupArn);
  if (unlessHealthy && (await targetHealth()).healthy >= tasks) return;
  const service = new EcsService(slot);
  const { desiredCount = 0 } = await service.describe();
  if (desiredCount < tasks) await service.update({ desiredCount: tasks });
  const end = Date.now() + slot.readyTimeoutSeconds * 1000;
  while ((await targetHealth()).healthy < tasks && Date.now() < end && !stop.aborted)
    await pause(1);
}
