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

/** Sees, beside a delivery, when its tasks start, get healthy and end: what no program could make shorter. */
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

  /** From the start of each task that began since `from` to where it was healthy; of one-off tasks, to their end. */
  async stop(from: number): Promise<Record<"services" | "tests", Interval[]>> {
    this.ended.abort();
    await this.watching;
    const found: Record<"services" | "tests", Interval[]> = { services: [], tests: [] };
    for (const task of await this.tasks()) {
      const began = Number(task.createdAt) / 1000;
      if (began < from) continue;
      const isTest = task.startedBy?.startsWith("switchyard-") === true;
      const end = isTest ? Number(task.stoppedAt) / 1000 : this.healthySince(task, began);
      if (end !== undefined) found[isTest ? "tests" : "services"].push({ from: began, to: end });
    }
    return found;
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
