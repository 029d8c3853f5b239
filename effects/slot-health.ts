import { ECSClient, type Task } from "@aws-sdk/client-ecs";
import type { Checked } from "../release/readiness";
import { clientConfig } from "./clients";
import type { EcsServiceName } from "./ecs-service";
import { listedTasks } from "./listed-tasks";
import { type TargetHealth, targetHealthOf } from "./target-health";

/** A slot, and who says whether its tasks are well. */
export interface CheckedSlot extends EcsServiceName {
  /** Where the load balancer asks them. @default ECS does, by the container's own check */
  readonly targetGroupArn?: string;
}

export const checkedBy = ({ targetGroupArn }: CheckedSlot): Checked =>
  targetGroupArn === undefined ? "tasks" : "targets";

/** Asks again and again whether the tasks of a slot are healthy. */
export function slotHealthOf(slot: CheckedSlot): () => Promise<TargetHealth> {
  const { targetGroupArn } = slot;
  return targetGroupArn === undefined ? taskHealthOf(slot) : targetHealthOf(slot, targetGroupArn);
}

const isHealthy = ({ lastStatus, healthStatus }: Task): boolean =>
  lastStatus === "RUNNING" && healthStatus === "HEALTHY";

function taskHealthOf(slot: EcsServiceName): () => Promise<TargetHealth> {
  const client = new ECSClient(clientConfig(slot));
  const { clusterArn: cluster, serviceName } = slot;
  return async () => {
    const tasks = await listedTasks(client, { cluster, serviceName });
    const others = tasks
      .filter((task) => !isHealthy(task))
      .map(({ taskArn = "?", lastStatus = "?", healthStatus = "UNKNOWN" }) =>
        [`task ${taskArn.split("/").at(-1)}`, lastStatus, healthStatus].join(" "),
      );
    return { healthy: tasks.filter(isHealthy).length, addresses: [], others };
  };
}
