import { type Container, ECSClient, type Task } from "@aws-sdk/client-ecs";
import { clientConfig } from "./clients";
import { pause } from "./interruption";
import { listedTasks } from "./listed-tasks";
import { type CheckedSlot, slotHealthOf } from "./slot-health";

export interface RunningImage extends CheckedSlot {
  /** Name of the container that is the service. AWS may put others beside it, as GuardDuty's agent is.
   * https://docs.aws.amazon.com/guardduty/latest/ug/how-runtime-monitoring-works-ecs-fargate.html */
  readonly service: string;
  /** `REPOSITORY@DIGEST` */
  readonly image: string;
}

/** A task that scaling starts or stops is in one of the two answers and not in the other for a moment. */
const LOOKS = 5;
const LOOK_SECONDS = 2;

/**
 * Proves that whatever answers for a service runs what was asked for: every running task is of that image, with one
 * digest in all of them, and every healthy target is one of these tasks.
 *
 * @throws with the first that is not, and is not for eight seconds
 */
export async function proveImage(wanted: RunningImage): Promise<void> {
  for (let looks = 1; ; looks++)
    try {
      await lookAtImage(wanted);
      return;
    } catch (error) {
      if (looks === LOOKS) throw error;
      await pause(LOOK_SECONDS);
    }
}

async function lookAtImage(wanted: RunningImage): Promise<void> {
  const { addresses } = await slotHealthOf(wanted)();
  const tasks = await runningTasks(wanted);
  const own = ({ containers }: Task): Container | undefined =>
    containers?.find(({ name }) => name === wanted.service);
  const [first] = tasks.map(own);
  for (const task of tasks) {
    const { image, imageDigest } = own(task) ?? {};
    const id = task.taskArn?.split("/").at(-1) ?? "?";
    if (image !== wanted.image)
      throw new Error(`task ${id} runs ${image ?? "?"}, it was to run ${wanted.image}`);
    if (imageDigest !== first?.imageDigest)
      throw new Error(`task ${id} runs other bytes than the others: ${imageDigest ?? "?"}`);
  }
  const known = new Set(tasks.flatMap(addressesOf));
  const foreign = addresses.filter((address) => !known.has(address.split(":")[0] ?? ""));
  if (foreign.length > 0)
    throw new Error(`${foreign.join(", ")} answers too, which is no task of ${wanted.serviceName}`);
}

const addressesOf = ({ containers = [] }: Task): string[] =>
  containers.flatMap(({ networkInterfaces = [] }) =>
    networkInterfaces.flatMap(({ privateIpv4Address }) => privateIpv4Address ?? []),
  );

async function runningTasks(wanted: RunningImage): Promise<readonly Task[]> {
  const { clusterArn: cluster, serviceName } = wanted;
  const tasks = await listedTasks(new ECSClient(clientConfig(wanted)), { cluster, serviceName });
  return tasks.filter(({ lastStatus }) => lastStatus === "RUNNING");
}
