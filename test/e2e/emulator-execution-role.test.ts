/** In an emulated account that enforces IAM, a task starts with what its execution role may do, and no more. */
import { CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateClusterCommand,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from "@aws-sdk/client-ecs";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import type { Emulator } from "../../toolchain/emulator.mjs";
import { type Account, CLUSTER, connect, LOG_GROUP, until } from "./emulator/account";
import { type Caller, rootOf, type Statement } from "./emulator/principals";
import { optionsFor, python } from "./emulator/world";

describe("a task of an emulated account that enforces IAM", function () {
  this.timeout(60_000);
  const options = optionsFor("emulator-execution-role");
  const registry = `${options.account}.dkr.ecr.${options.region}.amazonaws.com`;
  const allow = (Action: string | string[], Resource: string): Statement => ({
    Effect: "Allow",
    Action,
    Resource,
  });
  const token = allow("ecr:GetAuthorizationToken", "*");
  const layers = ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer"];
  const repository = `arn:aws:ecr:${options.region}:${options.account}:repository/web`;
  const pull = allow([...layers, "ecr:BatchGetImage"], repository);
  const log = allow(
    ["logs:CreateLogStream", "logs:PutLogEvents"],
    `arn:aws:logs:${options.region}:${options.account}:log-group:${LOG_GROUP}:*`,
  );
  let emulator: Emulator | undefined;
  let root: Caller;
  let account: Account;
  let secret = "";

  /** Why a task with this role has stopped: its image is not there, so it does in any case. */
  const reasonWith = async (name: string, statements: readonly Statement[]): Promise<string> => {
    const Principal = { Service: "ecs-tasks.amazonaws.com" };
    const trust = { Effect: "Allow", Principal, Action: "sts:AssumeRole" } as const;
    const executionRoleArn = await root.role(name, [trust], statements);
    const logConfiguration = {
      logDriver: "awslogs",
      options: {
        "awslogs-group": LOG_GROUP,
        "awslogs-region": options.region,
        "awslogs-stream-prefix": "web",
      },
    } as const;
    const secrets = [{ name: "KEY", valueFrom: secret }];
    const container = { name: "web", image: `${registry}/web:1`, secrets, logConfiguration };
    const { ecs } = account;
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: name,
        executionRoleArn,
        containerDefinitions: [container],
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        cpu: "256",
        memory: "512",
      }),
    );
    const run = new RunTaskCommand({
      cluster: CLUSTER,
      taskDefinition: name,
      launchType: "FARGATE",
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
    });
    const { tasks: [started] = [] } = await ecs.send(run);
    const tasks = [started?.taskArn ?? ""];
    return until(20, async () => {
      const described = await ecs.send(new DescribeTasksCommand({ cluster: CLUSTER, tasks }));
      const [task] = described.tasks ?? [];
      return task?.lastStatus === "STOPPED" ? (task.stoppedReason ?? "") : undefined;
    });
  };

  before(async function () {
    if (python === undefined) this.skip();
    const { startEmulator } = await import("../../toolchain/emulator.mjs");
    emulator = await startEmulator({ ...options, enforceIam: true });
    root = rootOf(emulator, options.account);
    account = connect(emulator.endpoint, options.account);
    await account.ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));
    await account.logs.send(new CreateLogGroupCommand({ logGroupName: LOG_GROUP }));
    const value = new CreateSecretCommand({ Name: "key", SecretString: "value" });
    secret = (await account.secrets.send(value)).ARN ?? "";
  });

  after(async () => {
    await emulator?.stop();
    rmSync(options.stateDir, { recursive: true, force: true });
  });

  it("needs the right to the registry's token and to its repository", async () => {
    const read = allow("secretsmanager:GetSecretValue", secret);
    assert.match(
      await reasonWith("no-token", [pull, read, log]),
      /assumed-role\/no-token\/[\w-]+ is not authorized to perform: ecr:GetAuthorizationToken/,
    );
    const other = { ...pull, Resource: `${repository}-of-others` };
    const reason = await reasonWith("no-pull", [token, other, read, log]);
    assert.match(reason, /not authorized to perform: ecr:BatchCheckLayerAvailability on .*\/web /);
  });

  it("needs the right to each secret that it names", async () => {
    const others = allow("secretsmanager:GetSecretValue", `${secret}-of-others`);
    const reason = await reasonWith("no-secret", [token, pull, others, log]);
    assert.match(
      reason,
      /not authorized to perform: secretsmanager:GetSecretValue on .*:secret:key/,
    );
  });

  it("needs the right to write its log", async () => {
    const read = allow("secretsmanager:GetSecretValue", secret);
    const reason = await reasonWith("no-log", [token, pull, read]);
    assert.match(reason, /not authorized to perform: logs:CreateLogStream/);
  });

  it("gets as far as its image with these, and nothing more", async () => {
    const read = allow("secretsmanager:GetSecretValue", secret);
    const reason = await reasonWith("enough", [token, pull, read, log]);
    assert.match(reason, /^CannotPullContainerError/);
  });
});
