import { CreateRepositoryCommand } from "@aws-sdk/client-ecr";
import {
  DescribeTasksCommand,
  ListTasksCommand,
  UpdateServiceCommand,
  type CreateServiceCommandInput,
  type Service,
  type Task,
  type UpdateServiceCommandInput,
} from "@aws-sdk/client-ecs";
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
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
  type Account,
} from "./emulator/account";
import { docker, pushTarget } from "./emulator/target-image";
import { describe as look } from "./emulator/tasks";
import { createWorld, python, type World } from "./emulator/world";

const IMAGE = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/app:1`;
const TASK_LABEL = "com.amazonaws.ecs.task-arn";
const node = (script: string): string[] => ["CMD", "/nodejs/bin/node", "-e", script];

/** Works, and is healthy from `ms` after its start on, until its file is taken away. */
const healthyAfter = (ms: number): string => `
  setInterval(() => undefined, 1000);
  process.on("SIGTERM", () => process.exit(0));
  setTimeout(() => require("node:fs").writeFileSync("/tmp/healthy", ""), ${ms});`;
const DEAF = `
  setInterval(() => undefined, 1000);
  process.on("SIGTERM", () => console.log("SIGTERM"));`;
const CRASH = 'console.log("boom"); process.exit(3)';
const healthCheck = {
  command: node('process.exit(require("node:fs").existsSync("/tmp/healthy") ? 0 : 1)'),
  interval: 5,
  retries: 2,
};

describe("services without a load balancer on the AWS emulator", function () {
  this.timeout(90_000);
  const open: (() => unknown)[] = [];
  let world: World;
  let account: Account;

  const define = (family: string, script: string, more: object = {}): Promise<string> =>
    register(
      account,
      family,
      IMAGE,
      {},
      {
        entryPoint: ["/nodejs/bin/node", "-e"],
        command: [script],
        readonlyRootFilesystem: false,
        portMappings: [],
        ...more,
      },
    );
  const create = (name: string, definition: string, more?: Partial<CreateServiceCommandInput>) =>
    createService(account, name, definition, undefined, more);
  const update = async (service: string, change: Partial<UpdateServiceCommandInput>) => {
    await account.ecs.send(new UpdateServiceCommand({ cluster: CLUSTER, service, ...change }));
  };
  const runningTasks = async (serviceName: string): Promise<Task[]> => {
    const list = new ListTasksCommand({ cluster: CLUSTER, serviceName });
    const tasks = (await account.ecs.send(list)).taskArns ?? [];
    if (tasks.length === 0) return [];
    return (
      (await account.ecs.send(new DescribeTasksCommand({ cluster: CLUSTER, tasks }))).tasks ?? []
    );
  };
  const theTask = (name: string): Promise<Task> =>
    until(20, async () => (await runningTasks(name)).find((task) => task.lastStatus === "RUNNING"));
  const stopped = (task: Task): Promise<Task> =>
    until(30, async () => {
      const now = await look(account, task);
      return now.lastStatus === "STOPPED" ? now : undefined;
    });
  const newest = ({ deployments = [] }: Service) => deployments[0];
  const container = ({ taskArn = "" }: Task): string =>
    docker(["ps", "--quiet", "--filter", `label=${TASK_LABEL}=${taskArn}`]).trim();

  before(async function () {
    if (python === undefined) this.skip();
    world = await createWorld("emulator-workers");
    open.push(() => world.close());
    account = world.account;
    await account.ecr.send(new CreateRepositoryCommand({ repositoryName: "app" }));
    const password = await registryPassword(account);
    await pushTarget(world.emulator.registryEndpoint, password, "app");
  });

  after(async () => {
    for (const close of open.reverse()) await close();
  });

  it("counts a task once its container is healthy, and says so of the task and the container", async () => {
    await create("slow", await define("slow", healthyAfter(4_000), { healthCheck }));
    const task = await theTask("slow");
    assert.deepEqual(
      [task.healthStatus, task.containers?.[0]?.healthStatus],
      ["UNKNOWN", "UNKNOWN"],
    );
    await sleep(2_000);
    const waiting = await describeService(account, "slow");
    assert.equal(newest(waiting)?.rolloutState, "IN_PROGRESS");
    assert.deepEqual([waiting.runningCount, newest(waiting)?.runningCount], [1, 1]);
    assert.equal(newest(await rollout(account, "slow"))?.rolloutState, "COMPLETED");
    const now = await look(account, task);
    assert.deepEqual([now.healthStatus, now.containers?.[0]?.healthStatus], ["HEALTHY", "HEALTHY"]);
  });

  it("starts the replacement of an unhealthy task first where there is room for it", async () => {
    const ill = await theTask("slow");
    docker(["exec", container(ill), "/nodejs/bin/node", "-e", 'fs.rmSync("/tmp/healthy")']);
    const ended = await stopped(ill);
    assert.equal(ended.stoppedReason, "Task failed container health checks");
    assert.equal(ended.stopCode, "ServiceSchedulerInitiated");
    assert.equal(ended.healthStatus, "UNHEALTHY");
    const [replacement, ...others] = await runningTasks("slow");
    assert.deepEqual(others, []);
    assert.equal(replacement?.healthStatus, "HEALTHY");
    assert.ok(Number(replacement.startedAt) < Number(ended.stoppingAt), "both ran for a while");
    const service = await describeService(account, "slow");
    assert.equal(newest(service)?.rolloutState, "COMPLETED");
    assert.equal(service.runningCount, 1);
  });

  it("stops an unhealthy task before its replacement starts where there is no room for both", async () => {
    const one = { deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 0 } };
    await create("alone", await define("alone", healthyAfter(0), { healthCheck }), one);
    await rollout(account, "alone");
    const ill = await theTask("alone");
    docker(["exec", container(ill), "/nodejs/bin/node", "-e", 'fs.rmSync("/tmp/healthy")']);
    const ended = await stopped(ill);
    assert.equal(ended.stoppedReason, "Task failed container health checks");
    const replacement = await theTask("alone");
    assert.ok(Number(replacement.createdAt) >= Number(ended.stoppingAt), "one after the other");
  });

  it("checks a container first at the pace of the account", async () => {
    const patient = { ...healthCheck, interval: 60 };
    await create("early", await define("early", healthyAfter(0), { healthCheck: patient }));
    const begun = performance.now();
    assert.equal(newest(await rollout(account, "early"))?.rolloutState, "COMPLETED");
    const seconds = (performance.now() - begun) / 1000;
    assert.ok(seconds > 10 && seconds < 40, `${seconds} s of 60`);
  });

  it("lets a task that leaves have its stopTimeout after SIGTERM, and counts it no more", async () => {
    await create("deaf", await define("deaf", DEAF, { stopTimeout: 4 }));
    await rollout(account, "deaf");
    const task = await theTask("deaf");
    const told = Date.now();
    await update("deaf", { desiredCount: 0 });
    const leaving = await describeService(account, "deaf");
    assert.deepEqual([leaving.desiredCount, leaving.runningCount], [0, 0]);
    assert.deepEqual(await runningTasks("deaf"), []);
    await sleep(2_000);
    const now = await look(account, task);
    assert.deepEqual([now.desiredStatus, now.lastStatus], ["STOPPED", "STOPPING"]);
    assert.notEqual(container(task), "", "its container still runs");
    const ended = await stopped(task);
    const seconds = (Date.now() - told) / 1000;
    assert.ok(seconds >= 4 && seconds < 8, `${seconds} s`);
    assert.equal(ended.containers?.[0]?.exitCode, 137);
    assert.match(ended.stoppedReason ?? "", /^Scaling activity initiated by /);
    assert.deepEqual(await logsOf(account, "deaf", ended), ["SIGTERM"]);
  });

  it("takes another task definition while it has no tasks, and starts that one when it is scaled", async () => {
    const first = await define("rest", CRASH);
    await create("rest", first, { desiredCount: 0 });
    assert.equal(newest(await describeService(account, "rest"))?.rolloutState, "COMPLETED");
    const second = await define("rest", DEAF, { stopTimeout: 2 });
    await update("rest", { taskDefinition: second });
    const changed = await describeService(account, "rest");
    assert.deepEqual(
      changed.deployments?.map(({ status, rolloutState, taskDefinition }) => ({
        status,
        rolloutState,
        taskDefinition,
      })),
      [{ status: "PRIMARY", rolloutState: "COMPLETED", taskDefinition: second }],
    );
    assert.deepEqual(await stoppedTasks(account, "rest"), [], "nothing was ever started");
    await update("rest", { desiredCount: 1 });
    const task = await theTask("rest");
    assert.equal(task.taskDefinitionArn, second);
    const scaled = await describeService(account, "rest");
    assert.equal(newest(scaled)?.id, newest(changed)?.id, "scaling is no deployment");
    assert.equal(newest(scaled)?.rolloutState, "COMPLETED");
  });

  it("gives nothing up that is merely scaled, and gives up a new deployment that fails", async () => {
    await create("crash", await define("crash", CRASH), { desiredCount: 0 });
    await update("crash", { desiredCount: 1 });
    await until(30, async () =>
      (await stoppedTasks(account, "crash")).length > 4 ? true : undefined,
    );
    assert.equal(newest(await describeService(account, "crash"))?.rolloutState, "COMPLETED");
    await update("crash", { desiredCount: 0 });
    await update("crash", { desiredCount: 1, forceNewDeployment: true });
    const failed = newest(await rollout(account, "crash"));
    assert.deepEqual([failed?.rolloutState, failed?.failedTasks], ["FAILED", 3]);
  });
});
