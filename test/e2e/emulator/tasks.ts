/** One-off tasks, and what they are shown of load balancers that answer by themselves. */
import {
  DescribeTasksCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  type Task,
} from "@aws-sdk/client-ecs";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  type Action,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import assert from "node:assert/strict";
import { CLUSTER, until, type Account } from "./account";

export const SLOT_HEADER = "x-switchyard-slot";

/** What every task needs; the image's entry point takes a script of Node.js. */
export function input(
  taskDefinition: string,
  script?: string,
  more: Partial<RunTaskCommandInput> = {},
): RunTaskCommandInput {
  const overrides = { containerOverrides: [{ name: "app", command: [script ?? ""] }] };
  return {
    cluster: CLUSTER,
    taskDefinition,
    launchType: "FARGATE",
    networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
    ...(script === undefined ? {} : { overrides }),
    ...more,
  };
}

export async function run({ ecs }: Account, task: RunTaskCommandInput): Promise<Task> {
  const { tasks = [], failures } = await ecs.send(new RunTaskCommand(task));
  assert.deepEqual(failures, []);
  assert.ok(tasks[0]);
  return tasks[0];
}

export async function describe({ ecs }: Account, task: Task): Promise<Task> {
  const tasks = [task.taskArn ?? ""];
  const answer = await ecs.send(new DescribeTasksCommand({ cluster: CLUSTER, tasks }));
  assert.ok(answer.tasks?.[0], `no task ${tasks[0] ?? ""}`);
  return answer.tasks[0];
}

export const reaches = (account: Account, task: Task, status: string): Promise<Task> =>
  until(30, async () => {
    const now = await describe(account, task);
    assert.ok(now.lastStatus !== "STOPPED" || status === "STOPPED", now.stoppedReason);
    return now.lastStatus === status ? now : undefined;
  });

/** Prints one line an address: the status and the body of the answer, or why there is none. */
export function fetching(...calls: readonly (readonly [url: string, slot?: string])[]): string {
  return `
    const calls = ${JSON.stringify(calls)};
    for (const [url, slot] of calls)
      await fetch(url, { headers: slot ? { "${SLOT_HEADER}": slot } : {} })
        .then(async (answer) => console.log(answer.status, await answer.text()))
        .catch((error) => console.log(error.cause.code));`;
}

const answers = (StatusCode: string, MessageBody: string): Action => ({
  Type: "fixed-response",
  FixedResponseConfig: { StatusCode, MessageBody },
});

/** @returns its ARN and its DNS name */
export async function createBalancer(
  { elb }: Account,
  Name: string,
): Promise<{ arn: string; host: string }> {
  const command = new CreateLoadBalancerCommand({ Name, Subnets: ["subnet-1", "subnet-2"] });
  const balancer = (await elb.send(command)).LoadBalancers?.[0];
  return { arn: balancer?.LoadBalancerArn ?? "", host: balancer?.DNSName ?? "" };
}

/** A listener that says `words`, and `blue: words` to who names that slot. */
export async function listen(
  { elb }: Account,
  LoadBalancerArn: string,
  Port: number,
  words: string,
): Promise<string> {
  const DefaultActions = [answers("200", words)];
  const listener = { LoadBalancerArn, Port, Protocol: "HTTP", DefaultActions } as const;
  const created = await elb.send(new CreateListenerCommand(listener));
  const ListenerArn = created.Listeners?.[0]?.ListenerArn ?? "";
  const HttpHeaderConfig = { HttpHeaderName: SLOT_HEADER, Values: ["blue"] };
  await elb.send(
    new CreateRuleCommand({
      ListenerArn,
      Priority: 1,
      Conditions: [{ Field: "http-header", HttpHeaderConfig }],
      Actions: [answers("203", `blue: ${words}`)],
    }),
  );
  return ListenerArn;
}
