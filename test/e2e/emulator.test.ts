import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
} from "@aws-sdk/client-ecr";
import {
  CreateClusterCommand,
  DescribeTasksCommand,
  RunTaskCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
} from "@aws-sdk/client-secrets-manager";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Emulator, EmulatorOptions } from "../../toolchain/emulator.mjs";
import {
  ACCOUNT,
  CLUSTER,
  REGION,
  connect,
  createLogGroup,
  createService,
  describeService,
  logsOf,
  register,
  registryPassword,
  rollout,
  stoppedTasks,
  until,
  type Account,
} from "./emulator/account";
import { createLoadBalancer, type LoadBalancer } from "./emulator/load-balancer";
import { RegistryClient, digestOf } from "./emulator/registry";
import { docker, pushTarget } from "./emulator/target-image";

const INSTANCE = `emulator-test-${process.pid}`;
const HOST = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;

function containersOf(instance: string): string[] {
  const filter = `label=switchyard.emulator=${instance}`;
  return docker(["ps", "--all", "--quiet", "--filter", filter]).split("\n").filter(Boolean);
}

describe("the AWS emulator", function () {
  this.timeout(60_000);
  const stateDir = mkdtempSync(join(tmpdir(), "emulator-state-"));
  let options: EmulatorOptions;
  let emulator: Emulator;
  let account: Account;
  let balancer: LoadBalancer;
  let image: string;

  before(async function () {
    const python = process.env["SWITCHYARD_EMULATOR_PYTHON"];
    if (python === undefined) return this.skip();
    const { startEmulator } = await import("../../toolchain/emulator.mjs");
    options = {
      python,
      account: ACCOUNT,
      region: REGION,
      instance: INSTANCE,
      stateDir,
      timeScale: 0.2,
    };
    emulator = await startEmulator(options);
    account = connect(emulator.endpoint);
    const repository = { repositoryName: "app", imageTagMutability: "IMMUTABLE" } as const;
    await account.ecr.send(new CreateRepositoryCommand(repository));
    await account.ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));
    await createLogGroup(account);
    balancer = await createLoadBalancer(account, emulator.port);
    const password = await registryPassword(account);
    image = `${HOST}/app@${await pushTarget(emulator.registryEndpoint, password, "app")}`;
  });

  after(async () => {
    balancer?.close();
    await emulator?.stop();
    rmSync(stateDir, { recursive: true, force: true });
  });

  it("runs images by their ECR name and counts a task once its target is healthy", async () => {
    const blue = await register(account, "blue", image, { VERSION: "blue" });
    const green = await register(account, "green", image, { VERSION: "green" });
    await createService(account, "blue", blue, balancer.blue);
    await createService(account, "green", green, balancer.green);
    assert.equal((await describeService(account, "blue")).deployments?.[0]?.runningCount, 0);
    for (const name of ["blue", "green"]) {
      const service = await rollout(account, name);
      assert.equal(service.deployments?.[0]?.rolloutState, "COMPLETED");
      assert.equal(service.availabilityZoneRebalancing, "DISABLED");
    }
    assert.match((await balancer.request("/")).body, /"version":"blue"/);
  });

  it("forwards by weight", async () => {
    const versions = async (requests: number) => {
      const answers = Array.from({ length: requests }, () =>
        balancer.request("/", "x".repeat(999)),
      );
      return (await Promise.all(answers)).map(({ status, body }) => {
        assert.equal(status, 200, body);
        const { version, length } = JSON.parse(body) as { version: string; length: number };
        assert.equal(length, 999);
        return version;
      });
    };
    await balancer.shift(50, 50);
    const blue = (await versions(200)).filter((version) => version === "blue").length;
    assert.ok(blue > 60 && blue < 140, `${blue} of 200 went to blue`);
    await balancer.shift(0, 100);
    assert.deepEqual([...new Set(await versions(50))], ["green"]);
    await balancer.shift(100, 0);
  });

  it("finishes the requests under way before a task gets SIGTERM", async () => {
    await balancer.shift(0, 100);
    const slow = balancer.request("/slow");
    await sleep(300);
    await balancer.shift(100, 0);
    const scale = { cluster: CLUSTER, service: "green", desiredCount: 0 };
    await account.ecs.send(new UpdateServiceCommand(scale));
    assert.equal((await slow).status, 200);
    const task = await until(20, async () => (await stoppedTasks(account, "green"))[0]);
    const ended = await until(20, async () => {
      const [now] = await stoppedTasks(account, "green");
      return now?.lastStatus === "STOPPED" ? now : undefined;
    });
    assert.equal(ended.stopCode, "ServiceSchedulerInitiated");
    assert.equal(ended.containers?.[0]?.exitCode, 0);
    assert.deepEqual(await logsOf(account, "green", task), ["listening green", "SIGTERM"]);
  });

  it("fails a deployment whose image digest does not exist", async () => {
    const missing = `${HOST}/app@sha256:${"0".repeat(64)}`;
    await createService(account, "missing", await register(account, "missing", missing, {}));
    const [deployment] = (await rollout(account, "missing")).deployments ?? [];
    assert.equal(deployment?.rolloutState, "FAILED");
    assert.match(deployment.rolloutStateReason ?? "", /circuit breaker/);
    assert.equal(deployment.failedTasks, 3);
    const [task] = await stoppedTasks(account, "missing");
    assert.equal(task?.stopCode, "TaskFailedToStart");
    assert.match(task.stoppedReason ?? "", /^CannotPullContainerError: .*@sha256:0+: not found$/);
  });

  it("fails a deployment that crashes at start, keeps its last words, and tries anew", async () => {
    const crashing = await register(account, "crash", image, { CRASH: "3" });
    await createService(account, "crash", crashing);
    const failed = (await rollout(account, "crash")).deployments?.[0];
    assert.equal(failed?.rolloutState, "FAILED");
    const [task] = await stoppedTasks(account, "crash");
    assert.ok(task);
    assert.equal(task.stopCode, "EssentialContainerExited");
    assert.equal(task.stoppedReason, "Essential container in task exited");
    assert.equal(task.containers?.[0]?.exitCode, 3);
    assert.deepEqual(await logsOf(account, "crash", task), ["starting", "boom: cannot start"]);

    const good = await register(account, "crash", image, { VERSION: "good" });
    const update = { cluster: CLUSTER, service: "crash", taskDefinition: good };
    await account.ecs.send(new UpdateServiceCommand({ ...update, forceNewDeployment: true }));
    const [mended] = (await rollout(account, "crash")).deployments ?? [];
    assert.equal(mended?.rolloutState, "COMPLETED");
    assert.notEqual(mended.id, failed.id);
  });

  it("stops tasks that fail the load balancer's or their own health checks", async () => {
    const unready = await register(account, "unready", image, { NOT_READY: "1" });
    await createService(account, "unready", unready, balancer.green);
    const sick = await register(
      account,
      "sick",
      image,
      {},
      {
        healthCheck: {
          command: ["CMD", "/nodejs/bin/node", "-e", "process.exit(1)"],
          interval: 5,
          retries: 1,
        },
      },
    );
    await createService(account, "sick", sick);
    const reasons = {
      unready: "Task failed ELB health checks in (target-group arn:",
      sick: "Task failed container health checks",
    };
    for (const [name, reason] of Object.entries(reasons)) {
      assert.equal((await rollout(account, name)).deployments?.[0]?.rolloutState, "FAILED");
      const [task] = await stoppedTasks(account, name);
      assert.equal(task?.stopCode, "ServiceSchedulerInitiated");
      assert.ok(task.stoppedReason?.startsWith(reason), task.stoppedReason);
    }
  });

  it("gives tasks the secret version that they name, and none that has no value", async () => {
    const create = { Name: "token", SecretString: "first" };
    const first = await account.secrets.send(new CreateSecretCommand(create));
    await account.secrets.send(
      new PutSecretValueCommand({ SecretId: "token", SecretString: "second" }),
    );
    const pinned = [{ name: "TOKEN", valueFrom: `${first.ARN ?? ""}:::${first.VersionId ?? ""}` }];
    const taskDefinition = await register(account, "blue", image, {}, { secrets: pinned });
    const update = { cluster: CLUSTER, service: "blue", taskDefinition };
    await account.ecs.send(new UpdateServiceCommand(update));
    await rollout(account, "blue");
    await until(10, async () => (await balancer.request("/")).body.includes("first") || undefined);

    const empty = await account.secrets.send(new CreateSecretCommand({ Name: "empty" }));
    const described = await account.secrets.send(new DescribeSecretCommand({ SecretId: "empty" }));
    assert.equal(described.VersionIdsToStages, undefined);
    const secrets = [{ name: "TOKEN", valueFrom: empty.ARN ?? "" }];
    const without = await register(account, "without", image, {}, { secrets });
    const run = { cluster: CLUSTER, taskDefinition: without };
    const started = await account.ecs.send(new RunTaskCommand(run));
    const tasks = [started.tasks?.[0]?.taskArn ?? ""];
    const stopped = await until(10, async () => {
      const describe = new DescribeTasksCommand({ cluster: CLUSTER, tasks });
      const task = (await account.ecs.send(describe)).tasks?.[0];
      return task?.lastStatus === "STOPPED" ? task : undefined;
    });
    assert.match(stopped.stoppedReason ?? "", /^ResourceInitializationError: .*AWSCURRENT$/);
  });

  it("keeps environment and secrets out of labels and command", () => {
    for (const id of containersOf(INSTANCE)) {
      const format = "{{json .Config.Labels}}{{json .Config.Cmd}}{{json .Config.Entrypoint}}";
      const shown = docker(["inspect", "--format", format, id]);
      assert.doesNotMatch(shown, /first|second|VERSION/);
    }
  });

  it("refuses to overwrite a tag, and bytes that are not what their digest says", async () => {
    const repositoryName = "small";
    await account.ecr.send(
      new CreateRepositoryCommand({ repositoryName, imageTagMutability: "IMMUTABLE" }),
    );
    const password = await registryPassword(account);
    const registry = new RegistryClient(emulator.registryEndpoint, repositoryName, password);
    const { answer, manifest } = await registry.push("one", "some bytes");
    assert.equal(answer.status, 201);
    assert.equal((await registry.put("one", manifest)).status, 201);
    const other = await registry.push("one", "other bytes");
    assert.equal(other.answer.status, 400);
    assert.match(await other.answer.text(), /TAG_INVALID.*immutable/);
    assert.equal((await registry.upload("some", digestOf("else"))).status, 400);
    assert.equal((await registry.put(digestOf("else"), manifest)).status, 400);

    const read = await registry.call("GET", "manifests/one");
    assert.equal(await read.text(), manifest);
    assert.equal(read.headers.get("docker-content-digest"), digestOf(manifest));
    const head = await registry.call("HEAD", `blobs/${digestOf("some bytes")}`);
    assert.equal(head.headers.get("content-length"), "10");
    const blob = await registry.call("GET", `blobs/${digestOf("some bytes")}`);
    assert.equal(await blob.text(), "some bytes");
    const image = { imageDigest: digestOf(manifest) };
    const describeIt = new DescribeImagesCommand({ repositoryName, imageIds: [image] });
    assert.deepEqual((await account.ecr.send(describeIt)).imageDetails?.[0]?.imageTags, ["one"]);
    const absent = new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: "none" }] });
    await assert.rejects(account.ecr.send(absent), { name: "ImageNotFoundException" });
  });

  it("lets no key of another account in, and nobody without a token", async () => {
    const stranger = connect(emulator.endpoint, "222222222222");
    await assert.rejects(stranger.ecr.send(new DescribeRepositoriesCommand({})), {
      name: "UnrecognizedClientException",
    });
    assert.equal((await fetch(`${emulator.endpoint}/v2/app/tags/list`)).status, 401);
  });

  it("names the port when it is in use", async () => {
    const { startEmulator } = await import("../../toolchain/emulator.mjs");
    const again = startEmulator({ ...options, port: emulator.port, stateDir: `${stateDir}/again` });
    await assert.rejects(again, new RegExp(`port ${emulator.port}: already in use`));
  });

  it("leaves no container and no image name when it is stopped", async () => {
    assert.ok(containersOf(INSTANCE).length > 0);
    const started = Date.now();
    await emulator.stop();
    assert.ok(Date.now() - started < 10_000);
    assert.deepEqual(containersOf(INSTANCE), []);
    assert.equal(docker(["images", "--quiet", `${emulator.registryEndpoint}/app`]), "");
  });

  it("goes with all its containers when its parent is killed", async () => {
    const instance = `${INSTANCE}-orphan`;
    const directory = join(stateDir, "orphan");
    const parent = spawn(
      process.execPath,
      [
        join(__dirname, "emulator", "parent.mjs"),
        JSON.stringify({ ...options, instance, stateDir: directory }),
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const [output] = await new Promise<[Buffer]>((resolve) => {
      parent.stdout.once("data", (data: Buffer) => {
        resolve([data]);
      });
    });
    const { endpoint, pid } = JSON.parse(output.toString()) as { endpoint: string; pid: number };
    const orphan = connect(endpoint);
    await orphan.ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));
    await createLogGroup(orphan);
    const base =
      process.env["SWITCHYARD_BASE_IMAGE"] ??
      (await import("./emulator/target-image").then(({ baseImage }) => baseImage()));
    const sleeper = await register(
      orphan,
      "sleeper",
      base,
      {},
      {
        command: ["/nodejs/bin/node", "-e", "setInterval(() => {}, 1000)"],
      },
    );
    await createService(orphan, "sleeper", sleeper);
    await rollout(orphan, "sleeper");
    assert.equal(containersOf(instance).length, 1);
    parent.kill("SIGKILL");
    await until(20, async () => {
      try {
        process.kill(pid, 0);
        return undefined;
      } catch {
        return Promise.resolve(true);
      }
    });
    assert.deepEqual(containersOf(instance), []);
    assert.match(readFileSync(join(directory, "emulator.log"), "utf8"), /standard input closed/);
  });
});
