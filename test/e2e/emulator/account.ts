/** One emulated account as the tests use it: clients, and the few resources a service needs. */
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeLogStreamsCommand, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import {
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type ContainerDefinition,
  type Service,
  type Task,
} from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Credentials } from "./principals";

export const ACCOUNT = "111111111111";
export const REGION = "us-east-1";
export const CLUSTER = "main";
export const LOG_GROUP = "/emulator-test";

export interface Account {
  readonly ecs: ECSClient;
  readonly ecr: ECRClient;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly logs: CloudWatchLogsClient;
  readonly secrets: SecretsManagerClient;
  readonly cloudwatch: CloudWatchClient;
}

/** @param caller number of the account, for its root, or anyone's credentials */
export function connect(endpoint: string, caller: string | Credentials = ACCOUNT): Account {
  const credentials =
    typeof caller === "string" ? { accessKeyId: caller, secretAccessKey: "test" } : caller;
  const options = { endpoint, region: REGION, credentials, maxAttempts: 1 };
  return {
    ecs: new ECSClient(options),
    ecr: new ECRClient(options),
    elb: new ElasticLoadBalancingV2Client(options),
    logs: new CloudWatchLogsClient(options),
    secrets: new SecretsManagerClient(options),
    cloudwatch: new CloudWatchClient(options),
  };
}

export async function until<T>(seconds: number, probe: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${probe.toString()}`);
    await sleep(100);
  }
}

/** The password of the account's own registry token. */
export async function registryPassword(account: Account): Promise<string> {
  const answer = await account.ecr.send(new GetAuthorizationTokenCommand({}));
  const token = answer.authorizationData?.[0]?.authorizationToken ?? "";
  return Buffer.from(token, "base64").toString().replace(/^AWS:/, "");
}

export async function register(
  account: Account,
  family: string,
  image: string,
  environment: Record<string, string>,
  more: Partial<ContainerDefinition> = {},
): Promise<string> {
  const answer = await account.ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      containerDefinitions: [
        {
          name: "app",
          image,
          essential: true,
          readonlyRootFilesystem: true,
          stopTimeout: 10,
          linuxParameters: { capabilities: { drop: ["ALL"] } },
          portMappings: [{ containerPort: 8080 }],
          environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
          logConfiguration: {
            logDriver: "awslogs",
            options: {
              "awslogs-group": LOG_GROUP,
              "awslogs-region": REGION,
              "awslogs-stream-prefix": family,
            },
          },
          ...more,
        },
      ],
    }),
  );
  return answer.taskDefinition?.taskDefinitionArn ?? "";
}

export async function createService(
  account: Account,
  serviceName: string,
  taskDefinition: string,
  targetGroupArn?: string,
  more: Partial<CreateServiceCommandInput> = {},
): Promise<void> {
  const target = { containerName: "app", containerPort: 8080 };
  await account.ecs.send(
    new CreateServiceCommand({
      cluster: CLUSTER,
      serviceName,
      taskDefinition,
      desiredCount: 1,
      launchType: "FARGATE",
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
      ...(targetGroupArn === undefined ? {} : { loadBalancers: [{ ...target, targetGroupArn }] }),
      ...more,
    }),
  );
}

export async function describeService(account: Account, name: string): Promise<Service> {
  const command = new DescribeServicesCommand({ cluster: CLUSTER, services: [name] });
  const service = (await account.ecs.send(command)).services?.[0];
  assert.ok(service, `no service ${name}`);
  return service;
}

/** Waits for the newest deployment to end one way or the other. */
export async function rollout(account: Account, name: string): Promise<Service> {
  return until(60, async () => {
    const service = await describeService(account, name);
    const newest = service.deployments?.find(({ status }) => status === "PRIMARY");
    return newest?.rolloutState === "IN_PROGRESS" ? undefined : service;
  });
}

export async function stoppedTasks(account: Account, serviceName: string): Promise<Task[]> {
  const list = new ListTasksCommand({ cluster: CLUSTER, serviceName, desiredStatus: "STOPPED" });
  const tasks = (await account.ecs.send(list)).taskArns ?? [];
  if (tasks.length === 0) return [];
  const described = await account.ecs.send(new DescribeTasksCommand({ cluster: CLUSTER, tasks }));
  return described.tasks ?? [];
}

export async function createLogGroup(account: Account): Promise<void> {
  await account.logs.send(new CreateLogGroupCommand({ logGroupName: LOG_GROUP }));
}

/** What the task wrote, from the stream `family/container/task-id`. */
export async function logsOf(account: Account, family: string, task: Task): Promise<string[]> {
  const stream = `${family}/app/${task.taskArn?.split("/").at(-1) ?? ""}`;
  const group = { logGroupName: LOG_GROUP };
  const listed = await account.logs.send(
    new DescribeLogStreamsCommand({ ...group, logStreamNamePrefix: stream }),
  );
  assert.equal(listed.logStreams?.length, 1, `no log stream ${stream}`);
  const lines: string[] = [];
  const place = { ...group, logStreamName: stream, startFromHead: true };
  for (let nextToken: string | undefined; ;) {
    const page = await account.logs.send(new GetLogEventsCommand({ ...place, nextToken }));
    lines.push(...(page.events ?? []).map(({ message }) => message ?? ""));
    // The end is where the token comes back that was sent.
    if (page.nextForwardToken === nextToken) return lines;
    nextToken = page.nextForwardToken;
  }
}
