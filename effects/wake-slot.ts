import { EcsService } from "./ecs-service";
import { pause } from "./interruption";
import { type BalancedSlot, serviceBehind } from "./service-behind";
import { targetHealthOf } from "./target-health";

/** A slot that may be without tasks, known by its target group alone. */
export interface SleepingSlot extends BalancedSlot {
  /** Tasks that it is to have. */
  readonly tasks: number;
  readonly timeoutSeconds: number;
}

/** Starts what a slot holds, where ECS is asked for less, and waits. @returns its healthy targets in the end */
export async function wake(slot: SleepingSlot): Promise<number> {
  const health = targetHealthOf(slot, slot.targetGroupArn);
  const serviceName = await serviceBehind(slot);
  if (serviceName === undefined) return 0;
  const service = new EcsService({ ...slot, serviceName });
  const { desiredCount = 0 } = await service.describe();
  // Tasks that are asked for and not healthy have had their time.
  if (desiredCount > 0) return (await health()).healthy;
  await service.update({ desiredCount: slot.tasks });
  const end = Date.now() + slot.timeoutSeconds * 1000;
  for (;;) {
    const { healthy } = await health();
    if (healthy >= slot.tasks || Date.now() > end) return healthy;
    await pause(1);
  }
}
