import { DescribeTasksCommand, ECSClient, ListTasksCommand, type Task } from "@aws-sdk/client-ecs";
import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "../demo/stacks";
import { Aws, clientConfigOf } from "../test/e2e/aws";
import type { Interval } from "./intervals";
import { OWN } from "./request-log";

const LOOK_MS = 100;

/** What no program could make shorter. */
export interface TaskTimes {
  /** Tasks of services, from their start until the load balancer finds them healthy. */
  readonly started: readonly Interval[];
  /** Where tasks of services had to go: from the start of the new ones to the end of the old ones, which ECS keeps until the
   * containers of the new ones are healthy, and then drains. */
  readonly replaced: readonly Interval[];
  /** One-off tasks, from start to end. */
  readonly tests: readonly Interval[];
}

/** Sees, beside a delivery, when tasks start, get healthy and end. */
export class TaskClock {
  private readonly account: Account;
  private readonly ecs: ECSClient;
  private readonly elb: ElasticLoadBalancingV2Client;
  private readonly ended = new AbortController();
  /** When an address got healthy, in Unix seconds: it may be another task's by then. */
  private readonly healthy: { readonly address: string; readonly at: number }[] = [];
  private readonly watching: Promise<void>;

  constructor(account: Account) {
    this.account = account;
    const config = { ...clientConfigOf(account), ...OWN };
    this.ecs = new ECSClient(config);
    this.elb = new ElasticLoadBalancingV2Client(config);
    this.watching = this.watch();
  }

  private async watch(): Promise<void> {
    const groups = await this.elb.send(new DescribeTargetGroupsCommand({}));
    const arns = groups.TargetGroups?.map(({ TargetGroupArn }) => TargetGroupArn) ?? [];
    let before = new Set<string>();
    while (!this.ended.signal.aborted) {
      const answers = await Promise.all(
        arns.map((TargetGroupArn) =>
          this.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn })),
        ),
      );
      const now = answers
        .flatMap(({ TargetHealthDescriptions = [] }) => TargetHealthDescriptions)
        .filter(({ TargetHealth }) => TargetHealth?.State === "healthy")
        .map(({ Target }) => Target?.Id ?? "");
      const at = Date.now() / 1000;
      for (const address of now) if (!before.has(address)) this.healthy.push({ address, at });
      before = new Set(now);
      await sleep(LOOK_MS);
    }
  }

  /** What went on with the tasks since `from`, in Unix seconds. */
  async stop(from: number): Promise<TaskTimes> {
    this.ended.abort();
    await this.watching;
    const [started, stopped, tests]: [Interval[], Interval[], Interval[]] = [[], [], []];
    for (const task of await this.tasks()) {
      const [began, stopping, end] = [task.createdAt, task.stoppingAt, task.stoppedAt].map(
        (at) => Number(at ?? NaN) / 1000,
      ) as [number, number, number];
      if (task.startedBy?.startsWith("switchyard-")) {
        if (began > from) tests.push({ from: began, to: end });
        continue;
      }
      const healthy = this.healthySince(task, began);
      if (began > from && healthy !== undefined) started.push({ from: began, to: healthy });
      if (stopping > from) stopped.push({ from: stopping, to: end });
    }
    const first = Math.min(...started.map((each) => each.from));
    const replaced = stopped.map(({ to }) => ({ from: first, to }));
    return { started, replaced, tests };
  }

  private healthySince(task: Task, began: number): number | undefined {
    const address = addressOf(task);
    return this.healthy.find((each) => each.address === address && each.at > began)?.at;
  }

  private async tasks(): Promise<Task[]> {
    const found: Task[] = [];
    for (const cluster of await new Aws(this.account).clusters())
      for (const desiredStatus of ["RUNNING", "STOPPED"] as const) {
        const { taskArns: tasks = [] } = await this.ecs.send(
          new ListTasksCommand({ cluster, desiredStatus }),
        );
        if (tasks.length === 0) continue;
        const answer = await this.ecs.send(new DescribeTasksCommand({ cluster, tasks }));
        found.push(...(answer.tasks ?? []));
      }
    return found;
  }
}

const addressOf = ({ containers }: Task): string =>
  containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address ?? "";
