import { DescribeServicesCommand, ECSClient, paginateListServices } from "@aws-sdk/client-ecs";
import type { AwsPlace } from "../components/place";
import { clientConfig } from "./clients";
import { EcsService } from "./ecs-service";
import { pause } from "./interruption";
import { targetHealthOf } from "./target-health";

/** A slot that may be without tasks, known by its target group alone. */
export interface SleepingSlot extends AwsPlace {
  readonly clusterArn: string;
  readonly targetGroupArn: string;
  /** Tasks that it is to have. */
  readonly tasks: number;
  readonly timeoutSeconds: number;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html */
const MOST_DESCRIBED = 10;

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

/** Name of the ECS service whose tasks the target group has. */
async function serviceBehind(slot: SleepingSlot): Promise<string | undefined> {
  const client = new ECSClient(clientConfig(slot));
  const { clusterArn: cluster, targetGroupArn } = slot;
  const pages = paginateListServices({ client, pageSize: MOST_DESCRIBED }, { cluster });
  for await (const { serviceArns: services = [] } of pages) {
    if (services.length === 0) continue;
    const answer = await client.send(new DescribeServicesCommand({ cluster, services }));
    const found = answer.services?.find((each) =>
      each.loadBalancers?.some((balancer) => balancer.targetGroupArn === targetGroupArn),
    );
    if (found?.status === "ACTIVE") return found.serviceName;
  }
  return undefined;
}
