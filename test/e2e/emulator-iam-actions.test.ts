/** By which actions and resources an emulated account judges the calls of a delivery, as AWS's references name them. */
import {
  DescribeAlarmsCommand,
  ListTagsForResourceCommand as TagsOfAlarmCommand,
  PutMetricAlarmCommand,
} from "@aws-sdk/client-cloudwatch";
import { CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeImagesCommand, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import {
  CreateClusterCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  DescribeTargetHealthCommand,
  ModifyRuleCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { GetPolicyCommand } from "@aws-sdk/client-iam";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { ListTagsForResourceCommand as TagsOfTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Emulator } from "../../toolchain/emulator.mjs";
import { type Account, connect, until } from "./emulator/account";
import { type Caller, rootOf } from "./emulator/principals";
import { optionsFor, python } from "./emulator/world";

interface Check {
  readonly action: string;
  readonly resource: string;
  readonly allowed: boolean;
}

describe("an emulated account's record of what is asked of IAM", function () {
  this.timeout(60_000);
  const options = optionsFor("emulator-iam-actions");
  const log = join(options.stateDir, "requests.jsonl");
  const own = (service: string, resource: string, region = options.region) =>
    `arn:aws:${service}:${region}:${options.account}:${resource}`;
  let emulator: Emulator | undefined;
  let root: Caller;
  let account: Account;
  let calls = 0;

  /** @returns what one call was judged by, as `ACTION RESOURCE` */
  const judged = async (call: Promise<unknown>): Promise<string[]> => {
    await call.catch(() => undefined); // what is asked for need not be there
    calls++;
    const lines = await until(5, async () => {
      const found = (await readFile(log, "utf8")).split("\n").filter((line) => line !== "");
      const own = found.filter((line) => line.includes("aws-sdk-js"));
      return own.length < calls ? undefined : own;
    });
    const { iam = [] } = JSON.parse(lines.at(-1) ?? "") as { iam?: Check[] };
    return iam.map(
      ({ action, resource, allowed }) => `${action} ${resource}${allowed ? "" : " no"}`,
    );
  };

  before(async function () {
    if (python === undefined) this.skip();
    const { startEmulator } = await import("../../toolchain/emulator.mjs");
    const variables = { SWITCHYARD_REQUEST_LOG: log };
    emulator = await startEmulator({ ...options, enforceIam: true, variables });
    root = rootOf(emulator, options.account);
    account = connect(emulator.endpoint, options.account);
  });

  after(async () => {
    await emulator?.stop();
    rmSync(options.stateDir, { recursive: true, force: true });
  });

  it("names services, task definitions and clusters by their own ARNs", async () => {
    const { ecs } = account;
    const tags = [{ key: "a", value: "b" }];
    assert.deepEqual(
      await judged(ecs.send(new CreateClusterCommand({ clusterName: "main", tags }))),
      [
        `ecs:CreateCluster ${own("ecs", "cluster/main")}`,
        `ecs:TagResource ${own("ecs", "cluster/main")}`,
      ],
    );
    const some = { cluster: own("ecs", "cluster/main"), services: ["web", "api"] };
    assert.deepEqual(await judged(ecs.send(new DescribeServicesCommand(some))), [
      `ecs:DescribeServices ${own("ecs", "service/main/web")}`,
      `ecs:DescribeServices ${own("ecs", "service/main/api")}`,
    ]);
    const one = { cluster: "main", service: "web", desiredCount: 2 };
    assert.deepEqual(await judged(ecs.send(new UpdateServiceCommand(one))), [
      `ecs:UpdateService ${own("ecs", "service/main/web")}`,
    ]);
    const definition = { taskDefinition: "web:1" };
    assert.deepEqual(await judged(ecs.send(new DescribeTaskDefinitionCommand(definition))), [
      "ecs:DescribeTaskDefinition *",
    ]);
  });

  it("asks whether a caller may pass the roles that it gives to tasks", async () => {
    const [executionRoleArn, taskRoleArn] = ["e", "t"].map((name) =>
      own("iam", `role/${name}`, ""),
    );
    const definition = { family: "web", executionRoleArn, taskRoleArn, containerDefinitions: [] };
    const register = () => new RegisterTaskDefinitionCommand(definition);
    const expected = (end: string) => [
      `ecs:RegisterTaskDefinition ${own("ecs", "task-definition/web:*")}`,
      `iam:PassRole ${executionRoleArn ?? ""}${end}`,
    ];
    const all = [...expected(""), `iam:PassRole ${taskRoleArn ?? ""}`];
    assert.deepEqual(await judged(account.ecs.send(register())), all);
    const passing = { Effect: "Allow", Action: "ecs:*", Resource: "*" } as const;
    const user = await root.user("registers", [passing]);
    calls += 3;
    const { ecs } = connect(emulator?.endpoint ?? "", user.credentials);
    assert.deepEqual(await judged(ecs.send(register())), expected(" no"));
  });

  it("judges what is read of load balancers for all of them, what is written by its ARN", async () => {
    const { elb } = account;
    const balancer = own("elasticloadbalancing", "loadbalancer/app/main/1");
    const rule = own("elasticloadbalancing", "listener-rule/app/main/1/2/3");
    const Tags = [{ Key: "a", Value: "b" }];
    const made = own("elasticloadbalancing", "loadbalancer/app/main/*");
    assert.deepEqual(
      await judged(elb.send(new CreateLoadBalancerCommand({ Name: "main", Tags }))),
      [`elasticloadbalancing:CreateLoadBalancer ${made}`, `elasticloadbalancing:AddTags ${made}`],
    );
    const listener = { LoadBalancerArn: balancer, DefaultActions: [], Tags };
    assert.deepEqual(await judged(elb.send(new CreateListenerCommand(listener))), [
      `elasticloadbalancing:CreateListener ${balancer}`,
      `elasticloadbalancing:AddTags ${own("elasticloadbalancing", "listener/app/main/1/*")}`,
    ]);
    assert.deepEqual(await judged(elb.send(new ModifyRuleCommand({ RuleArn: rule }))), [
      `elasticloadbalancing:ModifyRule ${rule}`,
    ]);
    const group = own("elasticloadbalancing", "targetgroup/web/1");
    const health = new DescribeTargetHealthCommand({ TargetGroupArn: group });
    assert.deepEqual(await judged(elb.send(health)), [
      "elasticloadbalancing:DescribeTargetHealth *",
    ]);
  });

  it("judges alarms, log groups, repositories, secrets and scalable targets", async () => {
    const { cloudwatch, logs, ecr, secrets } = account;
    const alarm = { AlarmName: "web", ComparisonOperator: "LessThanThreshold" } as const;
    const put = new PutMetricAlarmCommand({ ...alarm, EvaluationPeriods: 1 });
    assert.deepEqual(await judged(cloudwatch.send(put)), [
      `cloudwatch:PutMetricAlarm ${own("cloudwatch", "alarm:web")}`,
    ]);
    const AlarmNames = ["web", "api"];
    assert.deepEqual(await judged(cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames }))), [
      `cloudwatch:DescribeAlarms ${own("cloudwatch", "alarm:web")}`,
      `cloudwatch:DescribeAlarms ${own("cloudwatch", "alarm:api")}`,
    ]);
    const group = { logGroupName: "/web", tags: { a: "b" } };
    assert.deepEqual(await judged(logs.send(new CreateLogGroupCommand(group))), [
      `logs:CreateLogGroup ${own("logs", "log-group:/web")}`,
      `logs:TagResource ${own("logs", "log-group:/web")}`,
    ]);
    const repository = { repositoryName: "web" };
    assert.deepEqual(await judged(ecr.send(new DescribeImagesCommand(repository))), [
      `ecr:DescribeImages ${own("ecr", "repository/web")}`,
    ]);
    assert.deepEqual(await judged(ecr.send(new GetAuthorizationTokenCommand({}))), [
      "ecr:GetAuthorizationToken *",
    ]);
    assert.deepEqual(await judged(secrets.send(new CreateSecretCommand({ Name: "key" }))), [
      `secretsmanager:CreateSecret ${own("secretsmanager", "secret:key-??????")}`,
    ]);
    const { endpoint = "", region } = { ...emulator, ...options };
    const { credentials } = root;
    const scaling = new ApplicationAutoScalingClient({ endpoint, region, credentials });
    const target = {
      ServiceNamespace: "ecs",
      ResourceId: "service/main/web",
      ScalableDimension: "ecs:service:DesiredCount",
    } as const;
    assert.deepEqual(await judged(scaling.send(new RegisterScalableTargetCommand(target))), [
      `application-autoscaling:RegisterScalableTarget ${own("application-autoscaling", "scalable-target/*")}`,
    ]);
    const describe = new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs" });
    assert.deepEqual(await judged(scaling.send(describe)), [
      "application-autoscaling:DescribeScalableTargets *",
    ]);
  });

  it("judges by the account that a call names, and policies by their ARNs", async () => {
    const { ecs, ecr, cloudwatch } = account;
    const foreign = (service: string, resource: string): string =>
      own(service, resource).replace(options.account, "999999999999");
    const cluster = foreign("ecs", "cluster/main");
    const scale = new UpdateServiceCommand({ cluster, service: "web", desiredCount: 2 });
    assert.deepEqual(await judged(ecs.send(scale)), [
      `ecs:UpdateService ${foreign("ecs", "service/main/web")}`,
    ]);
    const image = { registryId: "999999999999", repositoryName: "shop/web" };
    assert.deepEqual(await judged(ecr.send(new DescribeImagesCommand(image))), [
      `ecr:DescribeImages ${foreign("ecr", "repository/shop/web")}`,
    ]);
    const ResourceARN = own("cloudwatch", "alarm:web");
    const tags = new TagsOfAlarmCommand({ ResourceARN });
    assert.deepEqual(await judged(cloudwatch.send(tags)), [
      `cloudwatch:ListTagsForResource ${ResourceARN}`,
    ]);
    const { endpoint = "", region } = { ...emulator, ...options };
    const sns = new SNSClient({ endpoint, region, credentials: root.credentials });
    const ResourceArn = own("sns", "alerts");
    assert.deepEqual(await judged(sns.send(new TagsOfTopicCommand({ ResourceArn }))), [
      `sns:ListTagsForResource ${ResourceArn}`,
    ]);
    const PolicyArn = own("iam", "policy/p", "");
    assert.deepEqual(await judged(root.iam.send(new GetPolicyCommand({ PolicyArn }))), [
      `iam:GetPolicy ${PolicyArn}`,
    ]);
  });

  it("judges the parts of a network by what is made and what it is made in", async () => {
    const { endpoint = "", region } = { ...emulator, ...options };
    const scope = `${options.account}/20260101/${region}/ec2/aws4_request`;
    const headers = {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      "content-type": "application/x-www-form-urlencoded",
      "user-agent": "aws-sdk-js",
    };
    const ec2 = (params: Readonly<Record<string, string>>) =>
      judged(fetch(endpoint, { method: "POST", headers, body: new URLSearchParams(params) }));
    const tag = { "TagSpecification.1.Tag.1.Key": "a", "TagSpecification.1.Tag.1.Value": "b" };
    const subnet = { Action: "CreateSubnet", VpcId: "vpc-1", CidrBlock: "10.0.0.0/24", ...tag };
    assert.deepEqual(await ec2(subnet), [
      `ec2:CreateSubnet ${own("ec2", "subnet/*")}`,
      `ec2:CreateSubnet ${own("ec2", "vpc/vpc-1")}`,
      `ec2:CreateTags ${own("ec2", "subnet/*")}`,
    ]);
    const route = { Action: "CreateRoute", RouteTableId: "rtb-1", NatGatewayId: "nat-1" };
    assert.deepEqual(await ec2(route), [`ec2:CreateRoute ${own("ec2", "route-table/rtb-1")}`]);
    const tags = { Action: "CreateTags", "ResourceId.1": "sg-1", "Tag.1.Key": "a" };
    assert.deepEqual(await ec2(tags), [`ec2:CreateTags ${own("ec2", "security-group/sg-1")}`]);
    const found = await ec2({ Action: "DescribeSubnets", "SubnetId.1": "subnet-1" });
    assert.deepEqual(found, ["ec2:DescribeSubnets *"]);
  });
});
