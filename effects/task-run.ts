import {
  DescribeTasksCommand,
  ECSClient,
  type KeyValuePair,
  ListTasksCommand,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import type { AwsPlace } from "../components/place";
import { PLATFORM_VERSION } from "../components/fargate-size";
import { clientConfig, messageOf } from "./clients";
import { pause } from "./interruption";
import { listedTasks } from "./listed-tasks";
import { endingOf, type TaskLog, withLastLines } from "./task-log";
import type { PassedTest } from "../release/passed-test";
import { sha256 } from "../release/sha256";

/** A task that runs once, to its end. */
export interface TaskRunInputs extends AwsPlace, TaskLog {
  /** What messages call it, for example `web: the smoke test`. */
  readonly title: string;
  /** Tells this run from others of the same task definition, and itself from what a killed run has started. */
  readonly key: string;
  readonly clusterArn: string;
  readonly taskDefinitionArn: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** What the container is given in place of its command. @default the task definition's */
  readonly command?: readonly string[];
  /** Added to the task definition's. Plain values only. */
  readonly environment: Readonly<Record<string, string>>;
  /** From the start of the task to its end. */
  readonly timeoutSeconds: number;
}

const pollSeconds = 1;
/** Looks in a row that may not find a task: ECS may tell of it some time after its start.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html */
const MOST_UNSEEN = 30;

const digest = (text: string, length: number): string => sha256(text).slice(0, length);

/**
 * Runs a task and waits for its end. What a killed run has started is waited for and not started again: the task
 * is found by `startedBy`, and the client token keeps a second call of the same attempt from starting another.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html
 */
export class TaskRun {
  private readonly inputs: TaskRunInputs;
  private readonly ecs: ECSClient;
  private readonly startedBy: string;
  private isCancelled = false;

  constructor(inputs: TaskRunInputs) {
    this.inputs = inputs;
    this.ecs = new ECSClient(clientConfig(inputs));
    this.startedBy = `switchyard-${digest(`${inputs.taskDefinitionArn} ${inputs.key}`, 32)}`;
  }

  /** Runs it as a test. @throws with how it ended, and the last lines that it wrote */
  async pass(): Promise<PassedTest> {
    const { taskDefinitionArn, command, environment } = this.inputs;
    const task = await this.run();
    return { taskDefinitionArn, task, ...(command && { command }), environment };
  }

  /**
   * @returns ARN of the task, which has ended with exit code 0
   * @throws with how it ended, and the last lines that it wrote
   */
  async run(): Promise<string> {
    const arn = (await this.running()) ?? (await this.start());
    const task = await this.ended(arn).catch(async (error: unknown) => {
      await this.stop(arn, messageOf(error));
      throw error;
    });
    const { containerName, title } = this.inputs;
    const container = task.containers?.find(({ name }) => name === containerName);
    if (container?.exitCode === 0) return arn;
    throw await this.failure(arn, `${title} failed: ${endingOf(task, containerName)}`);
  }

  private async ended(arn: string): Promise<Task> {
    const { title, timeoutSeconds } = this.inputs;
    const end = Date.now() + timeoutSeconds * 1000;
    for (let unseen = 0; ;) {
      const task = await this.describe(arn);
      if (task?.lastStatus === "STOPPED") return task;
      unseen = task ? 0 : unseen + 1;
      if (unseen > MOST_UNSEEN) throw new Error(`${title}: its task ${arn} is gone`);
      if (this.isCancelled) throw new Error(`${title} was called off`);
      if (Date.now() > end)
        throw await this.failure(arn, `${title} did not end within ${timeoutSeconds} s`);
      await pause(pollSeconds);
    }
  }

  /** Has the run end soon, and its task stopped. */
  cancel(): void {
    this.isCancelled = true;
  }

  private async running(): Promise<string | undefined> {
    const { clusterArn: cluster } = this.inputs;
    const { startedBy } = this;
    const { taskArns } = await this.ecs.send(new ListTasksCommand({ cluster, startedBy }));
    return taskArns?.[0];
  }

  private async start(): Promise<string> {
    const { tasks, failures } = await this.ecs.send(this.command(await this.before()));
    const arn = tasks?.[0]?.taskArn;
    if (arn !== undefined) return arn;
    const why = failures?.map(({ reason, detail }) => detail ?? reason).join("; ");
    throw new Error(
      `${this.inputs.title} could not be started: ${why ?? "ECS says nothing of why"}`,
    );
  }

  private command(before: string): RunTaskCommand {
    const { inputs, startedBy } = this;
    const environment: KeyValuePair[] = Object.entries(inputs.environment).map(([name, value]) => ({
      name,
      value,
    }));
    const container = {
      name: inputs.containerName,
      environment,
      ...(inputs.command && { command: [...inputs.command] }),
    };
    return new RunTaskCommand({
      cluster: inputs.clusterArn,
      taskDefinition: inputs.taskDefinitionArn,
      count: 1,
      launchType: "FARGATE",
      platformVersion: PLATFORM_VERSION,
      startedBy,
      clientToken: digest(`${startedBy} ${before}`, 64),
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: [...inputs.subnetIds],
          securityGroups: [...inputs.securityGroupIds],
          assignPublicIp: "DISABLED",
        },
      },
      overrides: { containerOverrides: [container] },
    });
  }

  /**
   * ARNs of the tasks of earlier attempts, by which an attempt is told from every other. ECS tells of a stopped task
   * for an hour, as long as its client token holds; their number may be the same again once one is forgotten.
   */
  private async before(): Promise<string> {
    const { clusterArn: cluster, taskDefinitionArn } = this.inputs;
    const family = taskDefinitionArn.split("/").at(-1)?.split(":")[0] ?? "";
    const stopped = await listedTasks(this.ecs, { cluster, family, desiredStatus: "STOPPED" });
    return stopped
      .flatMap(({ startedBy, taskArn }) => (startedBy === this.startedBy ? (taskArn ?? []) : []))
      .sort()
      .join(" ");
  }

  private async describe(arn: string): Promise<Task | undefined> {
    const { clusterArn: cluster } = this.inputs;
    const { tasks } = await this.ecs.send(new DescribeTasksCommand({ cluster, tasks: [arn] }));
    return tasks?.[0];
  }

  private async failure(arn: string, what: string): Promise<Error> {
    return new Error(await withLastLines(what, this.inputs, arn));
  }

  /** Best effort: the reason why it is stopped is what matters to the caller. */
  private async stop(task: string, reason: string): Promise<void> {
    const { clusterArn: cluster } = this.inputs;
    const [line = ""] = reason.split("\n");
    await this.ecs
      .send(new StopTaskCommand({ cluster, task, reason: line.slice(0, REASON_CHARACTERS) }))
      .catch(() => undefined);
  }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopTask.html */
const REASON_CHARACTERS = 1024;
