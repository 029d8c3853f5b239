import { DescribeTasksCommand, ECSClient, ListTasksCommand, type Task } from "@aws-sdk/client-ecs";
import type { TaskObservation } from "../release/readiness";
import { clientConfig } from "./clients";
import { EcsService, type EcsServiceName } from "./ecs-service";
import { listedTasks } from "./listed-tasks";
import { endingOf, type TaskLog, withLastLines } from "./task-log";

/** What runs in a slot. */
export interface SlotService extends EcsServiceName, TaskLog {
  /** The revision that is to run in it. */
  readonly taskDefinitionArn: string;
}

const LATE_LOG_SECONDS = 5;

export class SlotTasks {
  private readonly ecs: ECSClient;
  private readonly ecsService: EcsService;
  private readonly slot: SlotService;

  constructor(slot: SlotService) {
    this.slot = slot;
    this.ecs = new ECSClient(clientConfig(slot));
    this.ecsService = new EcsService(slot);
  }

  async observe(): Promise<TaskObservation> {
    const { taskDefinitionArn } = this.slot;
    const service = await this.ecsService.describe();
    const deployments = service.deployments ?? [];
    const wanted = deployments.find(
      (each) => each.status === "PRIMARY" && each.taskDefinition === taskDefinitionArn,
    );
    const others = deployments.filter((each) => each !== wanted);
    return {
      desiredCount: service.desiredCount ?? 0,
      deployment: wanted && {
        rolloutState: wanted.rolloutState,
        rolloutStateReason: wanted.rolloutStateReason,
        runningCount: wanted.runningCount ?? 0,
      },
      otherRunningCount: others.reduce((sum, each) => sum + (each.runningCount ?? 0), 0),
    };
  }

  async scaleTo(desiredCount: number): Promise<void> {
    await this.ecsService.update({ desiredCount });
  }

  /**
   * Gives a slot without tasks some, as a deployment of their own: another number alone begins none, and without one
   * nobody counts tasks that fail. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
   */
  async startUp(desiredCount: number): Promise<void> {
    await this.ecsService.update({ desiredCount, forceNewDeployment: true });
  }

  /** Whether every task has ended: ECS counts none as running that is on its way up, or told to stop and still works. */
  async haveEnded(): Promise<boolean> {
    const { clusterArn: cluster, serviceName } = this.slot;
    if ((await listedTasks(this.ecs, { cluster, serviceName })).length > 0) return false;
    const told = await listedTasks(this.ecs, { cluster, serviceName, desiredStatus: "STOPPED" });
    return told.every(({ lastStatus }) => lastStatus === "STOPPED");
  }

  /** Starts a deployment of the same revision anew: one that ECS has given up is not tried again by itself. */
  async retry(): Promise<void> {
    await this.ecsService.update({ forceNewDeployment: true });
  }

  /**
   * Why the revision's newest stopped task ended, with the last lines that it wrote; where none has, those of one that
   * runs. Nothing if there is no task.
   */
  async lastWords(): Promise<string | undefined> {
    const stopped = await this.newestStopped();
    const task = stopped ?? (await this.running());
    if (!task) return undefined;
    const { taskArn = "" } = task;
    const what = stopped
      ? endingOf(stopped, this.slot.containerName)
      : `task ${taskArn.split("/").at(-1)} runs and is not healthy`;
    return withLastLines(what, this.slot, taskArn, LATE_LOG_SECONDS);
  }

  private async running(): Promise<Task | undefined> {
    const { clusterArn: cluster, serviceName, taskDefinitionArn } = this.slot;
    const tasks = await listedTasks(this.ecs, { cluster, serviceName });
    return tasks.find((task) => task.taskDefinitionArn === taskDefinitionArn);
  }

  private async newestStopped(): Promise<Task | undefined> {
    const { clusterArn: cluster, serviceName, taskDefinitionArn } = this.slot;
    const listed = await this.ecs.send(
      new ListTasksCommand({ cluster, serviceName, desiredStatus: "STOPPED" }),
    );
    if (!listed.taskArns?.length) return undefined;
    const { tasks } = await this.ecs.send(
      new DescribeTasksCommand({ cluster, tasks: listed.taskArns }),
    );
    return tasks
      ?.filter((task) => task.taskDefinitionArn === taskDefinitionArn)
      .sort((a, b) => Number(b.stoppedAt ?? 0) - Number(a.stoppedAt ?? 0))[0];
  }
}
