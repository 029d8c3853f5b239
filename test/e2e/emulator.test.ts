import { CreateRepositoryCommand } from "@aws-sdk/client-ecr";
import {
  DescribeTasksCommand,
  ListServiceDeploymentsCommand,
  RunTaskCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
} from "@aws-sdk/client-secrets-manager";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import {
  ACCOUNT,
  CLUSTER,
  REGION,
  createService,
  describeService,
  logsOf,
  register,
  registryPassword,
  rollout,
  stoppedTasks,
  until,
} from "./emulator/account";
import { putFaults } from "./emulator/faults";
import { createLoadBalancer, type LoadBalancer } from "./emulator/load-balancer";
import { docker, pushTarget } from "./emulator/target-image";
import { containersOf, createWorld, python, type World } from "./emulator/world";

const HOST = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;

describe("services on the AWS emulator", function () {
  this.timeout(60_000);
  const open: (() => unknown)[] = [];
  let world: World;
  let balancer: LoadBalancer;
  let image: string;

  before(async function () {
    if (python === undefined) this.skip();
    world = await createWorld("emulator-services");
    open.push(() => world.close());
    const repository = { repositoryName: "app", imageTagMutability: "IMMUTABLE" } as const;
    await world.account.ecr.send(new CreateRepositoryCommand(repository));
    balancer = await createLoadBalancer(world.account, world.emulator.port);
    open.push(() => {
      balancer.close();
    });
    const password = await registryPassword(world.account);
    image = `${HOST}/app@${await pushTarget(world.emulator.registryEndpoint, password, "app")}`;
  });

  after(async () => {
    for (const close of open.reverse()) await close();
  });

  it("runs images by their ECR name and counts a task once its target is healthy", async () => {
    const blue = await register(world.account, "blue", image, { VERSION: "blue" });
    const green = await register(world.account, "green", image, { VERSION: "green" });
    await createService(world.account, "blue", blue, balancer.blue);
    await createService(world.account, "green", green, balancer.green);
    assert.equal((await describeService(world.account, "blue")).deployments?.[0]?.runningCount, 0);
    for (const name of ["blue", "green"]) {
      const service = await rollout(world.account, name);
      assert.equal(service.deployments?.[0]?.rolloutState, "COMPLETED");
      assert.equal(service.availabilityZoneRebalancing, "ENABLED");
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
    await world.account.ecs.send(new UpdateServiceCommand(scale));
    assert.equal((await slow).status, 200);
    const task = await until(20, async () => (await stoppedTasks(world.account, "green"))[0]);
    const ended = await until(20, async () => {
      const [now] = await stoppedTasks(world.account, "green");
      return now?.lastStatus === "STOPPED" ? now : undefined;
    });
    assert.equal(ended.stopCode, "ServiceSchedulerInitiated");
    assert.equal(ended.containers?.[0]?.exitCode, 0);
    assert.deepEqual(await logsOf(world.account, "green", task), ["listening green", "SIGTERM"]);
  });

  it("lets no other container answer for a task that has crashed, whoever has its address", async () => {
    const ofContainer = (field: string, id: string): string =>
      docker(["inspect", "--format", `{{${field}}}`, id]).trim();
    const addressOf = (id: string): string => ofContainer(".NetworkSettings.IPAddress", id);
    const isBlue = (id: string): boolean => ofContainer(".Config.Env", id).includes("=blue");
    const crashing = containersOf(world.options.instance).find(isBlue) ?? "";
    const [address, sameImage] = [addressOf(crashing), ofContainer(".Image", crashing)];
    // They take the lowest addresses that are free, and that of the crashed one with them.
    const others = [1, 2, 3].map(() =>
      docker(["create", "--env", "VERSION=other", sameImage]).trim(),
    );
    // Its replacement would take the address first.
    await putFaults(world.emulator.endpoint, { registry: "unreachable" });
    const answers: ReturnType<LoadBalancer["request"]>[] = [];
    const asking = setInterval(() => answers.push(balancer.request("/")), 5);
    try {
      await promisify(execFile)("docker", ["kill", crashing]);
      await promisify(execFile)("docker", ["start", ...others]);
      assert.ok(others.map(addressOf).includes(address), address);
      clearInterval(asking);
      const said = new Set((await Promise.all(answers)).map(({ body }) => body));
      assert.ok(said.size > 1, "some were on their way to it");
      assert.ok(!said.has('{"version":"other","length":0}'), [...said].join("\n"));
    } finally {
      clearInterval(asking);
      docker(["rm", "--force", ...others]);
      await putFaults(world.emulator.endpoint, {});
    }
    await until(20, async () => (await balancer.request("/")).status === 200 || undefined);
  });

  it("fails a deployment whose image digest does not exist", async () => {
    const missing = `${HOST}/app@sha256:${"0".repeat(64)}`;
    await createService(
      world.account,
      "missing",
      await register(world.account, "missing", missing, {}),
    );
    const [deployment] = (await rollout(world.account, "missing")).deployments ?? [];
    assert.equal(deployment?.rolloutState, "FAILED");
    assert.match(deployment.rolloutStateReason ?? "", /circuit breaker/);
    assert.equal(deployment.failedTasks, 3);
    const [task] = await stoppedTasks(world.account, "missing");
    assert.equal(task?.stopCode, "TaskFailedToStart");
    assert.match(task.stoppedReason ?? "", /^CannotPullContainerError: .*@sha256:0+: not found$/);
  });

  it("fails a deployment that crashes at start, keeps its last words, and tries anew", async () => {
    const crashing = await register(world.account, "crash", image, { CRASH: "3" });
    await createService(world.account, "crash", crashing);
    const failed = (await rollout(world.account, "crash")).deployments?.[0];
    assert.equal(failed?.rolloutState, "FAILED");
    const [task] = await stoppedTasks(world.account, "crash");
    assert.ok(task);
    assert.equal(task.stopCode, "EssentialContainerExited");
    assert.equal(task.stoppedReason, "Essential container in task exited");
    assert.equal(task.containers?.[0]?.exitCode, 3);
    // One line went to each stream, and the engine reads the two in no certain order.
    const lines = await logsOf(world.account, "crash", task);
    assert.deepEqual(lines.sort(), ["boom: cannot start", "starting"]);

    const good = await register(world.account, "crash", image, { VERSION: "good" });
    const update = { cluster: CLUSTER, service: "crash", taskDefinition: good };
    await world.account.ecs.send(new UpdateServiceCommand({ ...update, forceNewDeployment: true }));
    const [mended] = (await rollout(world.account, "crash")).deployments ?? [];
    assert.equal(mended?.rolloutState, "COMPLETED");
    assert.notEqual(mended.id, failed.id);
    const list = { cluster: CLUSTER, service: "crash" };
    const all = await world.account.ecs.send(new ListServiceDeploymentsCommand(list));
    const states = all.serviceDeployments?.map(({ status }) => status);
    assert.deepEqual(states, ["SUCCESSFUL", "STOPPED"]);
  });

  it("stops tasks that fail the load balancer's or their own health checks", async () => {
    const unready = await register(world.account, "unready", image, { NOT_READY: "1" });
    await createService(world.account, "unready", unready, balancer.green);
    const sick = await register(
      world.account,
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
    await createService(world.account, "sick", sick);
    const reasons = {
      unready: "Task failed ELB health checks in (target-group arn:",
      sick: "Task failed container health checks",
    };
    for (const [name, reason] of Object.entries(reasons)) {
      assert.equal((await rollout(world.account, name)).deployments?.[0]?.rolloutState, "FAILED");
      const [task] = await stoppedTasks(world.account, name);
      assert.equal(task?.stopCode, "ServiceSchedulerInitiated");
      assert.ok(task.stoppedReason?.startsWith(reason), task.stoppedReason);
    }
  });

  it("gives tasks the secret version that they name, and none that has no value", async () => {
    const create = { Name: "token", SecretString: "first" };
    const first = await world.account.secrets.send(new CreateSecretCommand(create));
    await world.account.secrets.send(
      new PutSecretValueCommand({ SecretId: "token", SecretString: "second" }),
    );
    const pinned = [{ name: "TOKEN", valueFrom: `${first.ARN ?? ""}:::${first.VersionId ?? ""}` }];
    const taskDefinition = await register(world.account, "blue", image, {}, { secrets: pinned });
    const update = { cluster: CLUSTER, service: "blue", taskDefinition };
    await world.account.ecs.send(new UpdateServiceCommand(update));
    await rollout(world.account, "blue");
    await until(10, async () => (await balancer.request("/")).body.includes("first") || undefined);

    const empty = await world.account.secrets.send(new CreateSecretCommand({ Name: "empty" }));
    const described = await world.account.secrets.send(
      new DescribeSecretCommand({ SecretId: "empty" }),
    );
    assert.equal(described.VersionIdsToStages, undefined);
    const secrets = [{ name: "TOKEN", valueFrom: empty.ARN ?? "" }];
    const without = await register(world.account, "without", image, {}, { secrets });
    const networkConfiguration = { awsvpcConfiguration: { subnets: ["subnet-1"] } };
    const run = {
      cluster: CLUSTER,
      taskDefinition: without,
      launchType: "FARGATE",
      networkConfiguration,
    } as const;
    const started = await world.account.ecs.send(new RunTaskCommand(run));
    const tasks = [started.tasks?.[0]?.taskArn ?? ""];
    const stopped = await until(10, async () => {
      const describe = new DescribeTasksCommand({ cluster: CLUSTER, tasks });
      const task = (await world.account.ecs.send(describe)).tasks?.[0];
      return task?.lastStatus === "STOPPED" ? task : undefined;
    });
    assert.match(stopped.stoppedReason ?? "", /^ResourceInitializationError: .*AWSCURRENT$/);
  });

  it("keeps environment and secrets out of labels and command", () => {
    for (const id of containersOf(world.options.instance)) {
      const format = "{{json .Config.Labels}}{{json .Config.Cmd}}{{json .Config.Entrypoint}}";
      const shown = docker(["inspect", "--format", format, id]);
      assert.doesNotMatch(shown, /first|second|VERSION/);
    }
  });

  it("takes the pulled images' names away when it stops", async () => {
    const { emulator } = world;
    await emulator.stop();
    assert.equal(docker(["images", "--quiet", `${emulator.registryEndpoint}/app`]), "");
  });
});
