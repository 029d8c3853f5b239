import { CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  type Task,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import type { SlotObservation } from "../release/readiness";
import type { AwsPlace } from "../components/place";
import { clientConfig } from "./clients";

const logLines = 15;

/** The ECS service of a slot. */
export interface SlotService extends AwsPlace {
  readonly clusterArn: string;
  readonly serviceName: string;
  /** The revision that is to run in it. */
  readonly taskDefinitionArn: string;
  readonly containerName: string;
  readonly logGroup: string;
  readonly logStreamPrefix: string;
}

export class SlotTasks {
  private readonly ecs: ECSClient;
  private readonly logs: CloudWatchLogsClient;
  private readonly slot: SlotService;

  constructor(slot: SlotService) {
    this.slot = slot;
    this.ecs = new ECSClient(clientConfig(slot));
    this.logs = new CloudWatchLogsClient(clientConfig(slot));
  }

  async observe(): Promise<Omit<SlotObservation, "healthyTargets">> {
    const { clusterArn, serviceName, taskDefinitionArn } = this.slot;
    const answer = await this.ecs.send(
      new DescribeServicesCommand({ cluster: clusterArn, services: [serviceName] }),
    );
    const service = answer.services?.[0];
    if (service?.status !== "ACTIVE")
      throw new Error(`the ECS service ${serviceName} is ${service?.status ?? "not there"}`);
    const deployments = service.deployments ?? [];
    const wanted = deployments.find(
      (each) => each.status === "PRIMARY" && each.taskDefinition === taskDefinitionArn,
    );
    const others = deployments.filter((each) => each !== wanted);
    return {
      deployment: wanted && {
        rolloutState: wanted.rolloutState,
        rolloutStateReason: wanted.rolloutStateReason,
        runningCount: wanted.runningCount ?? 0,
      },
      otherRunningCount: others.reduce((sum, each) => sum + (each.runningCount ?? 0), 0),
    };
  }

  /** Starts a deployment of the same revision anew: one that ECS has given up is not tried again by itself. */
  async retry(): Promise<void> {
    const { clusterArn: cluster, serviceName: service } = this.slot;
    await this.ecs.send(new UpdateServiceCommand({ cluster, service, forceNewDeployment: true }));
  }

  /** Why the revision's newest stopped task ended, with the last lines that it wrote; nothing if none did. */
  async lastFailure(): Promise<string | undefined> {
    const task = await this.newestStopped();
    if (!task) return undefined;
    const container = task.containers?.find((each) => each.name === this.slot.containerName);
    const ending =
      container?.exitCode === undefined ? container?.reason : `exit code ${container.exitCode}`;
    const id = task.taskArn?.split("/").at(-1) ?? "";
    const lines = await this.lastLines(id);
    return [
      `task ${id} stopped: ${[task.stoppedReason, ending].filter(Boolean).join("; ")}`,
      lines.length > 0 ? "last lines of its log:" : "it wrote no log",
      ...lines.map((line) => `  ${line}`),
    ].join("\n");
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

  private async lastLines(taskId: string): Promise<string[]> {
    const { logGroup, logStreamPrefix, containerName } = this.slot;
    try {
      const { events } = await this.logs.send(
        new GetLogEventsCommand({
          logGroupName: logGroup,
          logStreamName: `${logStreamPrefix}/${containerName}/${taskId}`,
          limit: logLines,
          startFromHead: false,
        }),
      );
      return (events ?? []).map((event) => (event.message ?? "").trimEnd());
    } catch {
      return []; // no stream: the container never started
    }
  }
}
