import { CreateRepositoryCommand } from "@aws-sdk/client-ecr";
import {
  ConflictException,
  DescribeTasksCommand,
  ListTasksCommand,
  RunTaskCommand,
  StopTaskCommand,
  type ListTasksCommandInput,
  type RunTaskCommandInput,
} from "@aws-sdk/client-ecs";
import assert from "node:assert/strict";
import {
  ACCOUNT,
  CLUSTER,
  REGION,
  logsOf,
  register,
  registryPassword,
  until,
  type Account,
} from "./emulator/account";
import { pushTarget } from "./emulator/target-image";
import { describe as look, input, reaches, run } from "./emulator/tasks";
import { createWorld, python, type World } from "./emulator/world";

const FOREVER = "setInterval(() => {}, 1000)";
const HOST = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;

describe("one-off tasks on the AWS emulator", function () {
  this.timeout(60_000);
  const open: (() => unknown)[] = [];
  const entryPoint = ["/nodejs/bin/node", "-e"];
  let world: World;
  let account: Account;
  let digest: string;
  let node: string;

  before(async function () {
    if (python === undefined) this.skip();
    world = await createWorld("emulator-tasks");
    open.push(() => world.close());
    account = world.account;
    await account.ecr.send(new CreateRepositoryCommand({ repositoryName: "app" }));
    const password = await registryPassword(account);
    digest = await pushTarget(world.emulator.registryEndpoint, password, "app");
    node = await register(account, "node", `${HOST}/app:1`, { WHO: "default" }, { entryPoint });
  });

  after(async () => {
    for (const close of open.reverse()) await close();
  });

  it("passes through the documented states, and is shown whole", async () => {
    const tags = [{ key: "Team", value: "payments" }];
    const more = { startedBy: "release/1_a-b", tags, enableECSManagedTags: true };
    const script =
      "console.log('out'); console.error('err'); process.exitCode = 3; setTimeout(() => {}, 500)";
    const task = await run(account, input(node, script, more));
    assert.equal(task.lastStatus, "PROVISIONING");
    assert.equal(task.desiredStatus, "RUNNING");
    assert.equal(task.stopCode, undefined);
    const running = await reaches(account, task, "RUNNING");
    const network = running.attachments?.[0];
    const address = network?.details?.find(({ name }) => name === "privateIPv4Address")?.value;
    assert.match(address ?? "", /^\d+\.\d+\.\d+\.\d+$/);
    assert.equal(running.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address, address);
    const ended = await reaches(account, task, "STOPPED");
    const { startedBy, group, launchType, stopCode, stoppedReason } = ended;
    assert.deepEqual(
      { startedBy, group, launchType, stopCode, stoppedReason },
      {
        startedBy: "release/1_a-b",
        group: "family:node",
        launchType: "FARGATE",
        stopCode: "EssentialContainerExited",
        stoppedReason: "Essential container in task exited",
      },
    );
    assert.equal(ended.containers?.[0]?.exitCode, 3);
    assert.equal(ended.containers[0].imageDigest, digest);
    assert.ok(ended.createdAt && ended.startedAt && ended.stoppedAt);
    assert.ok(ended.createdAt <= ended.startedAt && ended.startedAt <= ended.stoppedAt);
    assert.deepEqual((await logsOf(account, "node", ended)).sort(), ["err", "out"]);
    assert.deepEqual(ended.tags, []);
    const tasks = [ended.taskArn ?? ""];
    const described = await account.ecs.send(
      new DescribeTasksCommand({ cluster: CLUSTER, tasks, include: ["TAGS"] }),
    );
    const managed = { key: "aws:ecs:clusterName", value: CLUSTER };
    assert.deepEqual(described.tasks?.[0]?.tags, [...tags, managed]);
  });

  it("runs what the overrides say", async () => {
    const script = `const { readFileSync } = require("node:fs");
      const read = (file) => { try { return readFileSync(file, "utf8").trim() } catch { return "" } };
      console.log(process.env.WHO, process.env.MORE, read("/sys/fs/cgroup/memory.max")
        || read("/sys/fs/cgroup/memory/memory.limit_in_bytes"))`;
    const environment = [
      { name: "WHO", value: "override" },
      { name: "MORE", value: "more" },
    ];
    const overrides = {
      cpu: "512",
      memory: "1024",
      containerOverrides: [{ name: "app", command: [script], environment, memory: 300, cpu: 128 }],
    };
    const task = await run(account, { ...input(node), overrides });
    assert.deepEqual([task.cpu, task.memory], ["512", "1024"]);
    assert.deepEqual([task.containers?.[0]?.cpu, task.containers?.[0]?.memory], ["128", "300"]);
    assert.deepEqual(task.overrides?.containerOverrides?.[0]?.environment, environment);
    const ended = await reaches(account, task, "STOPPED");
    const expected = [`override more ${300 * 1024 * 1024}`];
    assert.deepEqual(await logsOf(account, "node", ended), expected);
  });

  it("starts one task for one client token, and says so when the call differs", async () => {
    const call = input(node, FOREVER, { clientToken: "release-1:migrate" });
    const both = await Promise.all([run(account, call), run(account, call)]);
    const [{ taskArn = "" }] = both;
    assert.equal(both[1].taskArn, taskArn);
    const differs = account.ecs.send(new RunTaskCommand({ ...call, startedBy: "someone" }));
    await assert.rejects(differs, (error: unknown) => {
      assert.ok(error instanceof ConflictException);
      assert.deepEqual(error.resourceIds, [taskArn]);
      return true;
    });
    const another = await run(account, { ...call, clientToken: "release-2:migrate" });
    assert.notEqual(another.taskArn, taskArn);
    for (const task of [taskArn, another.taskArn])
      await account.ecs.send(new StopTaskCommand({ cluster: CLUSTER, task }));
    const ended = await reaches(account, both[0], "STOPPED");
    assert.equal((await run(account, call)).taskArn, ended.taskArn);
  });

  it("refuses what AWS refuses", async () => {
    const good = input(node, FOREVER);
    const named = (name: string) => ({ overrides: { containerOverrides: [{ name }] } });
    const long = { containerOverrides: [{ name: "app", command: ["x".repeat(8192)] }] };
    const refused: [RunTaskCommandInput, RegExp][] = [
      [{ ...good, startedBy: "x".repeat(129) }, /startedBy/],
      [{ ...good, startedBy: "a b" }, /startedBy/],
      [{ ...good, clientToken: "x".repeat(65) }, /clientToken/],
      [{ ...good, count: 11 }, /Count must be between 1 and 10/],
      [{ ...good, group: "service:web" }, /Invalid namespace for group/],
      [{ ...good, cluster: "none" }, /Cluster not found/],
      [{ ...good, taskDefinition: "none:1" }, /TaskDefinition not found/],
      [{ ...good, ...named("none") }, /container named none is not a container in the TaskDef/],
      [{ ...good, overrides: long }, /Container Overrides length must be at most 8192/],
      [
        { ...good, networkConfiguration: undefined },
        /Network Configuration must be provided when networkMode 'awsvpc'/,
      ],
      [{ ...good, launchType: undefined }, /No Container Instances were found in your cluster/],
    ];
    for (const [call, reason] of refused)
      await assert.rejects(account.ecs.send(new RunTaskCommand(call)), reason);
    await account.ecs.send(new RunTaskCommand({ ...good, startedBy: "x".repeat(128), count: 1 }));
  });

  it("lists by who started them, by family and by desired status", async () => {
    const more = { startedBy: "lister" };
    const running = await run(account, input(node, FOREVER, more));
    const ended = await reaches(account, await run(account, input(node, "", more)), "STOPPED");
    const list = async (filter: ListTasksCommandInput): Promise<string[]> => {
      const answer = await account.ecs.send(new ListTasksCommand({ cluster: CLUSTER, ...filter }));
      return answer.taskArns ?? [];
    };
    assert.deepEqual(await list(more), [running.taskArn]);
    assert.deepEqual(await list({ ...more, desiredStatus: "STOPPED" }), [ended.taskArn]);
    assert.deepEqual(await list({ startedBy: "nobody" }), []);
    assert.ok((await list({ family: "node" })).includes(running.taskArn ?? ""));
    assert.deepEqual(await list({ family: "none" }), []);
    const both = list({ ...more, family: "node" });
    await assert.rejects(both, /cannot specify startedBy with other arguments/);
    await assert.rejects(list({ cluster: "none" }), /Cluster not found/);
    const task = running.taskArn;
    await account.ecs.send(new StopTaskCommand({ cluster: CLUSTER, task }));
    assert.deepEqual(await list(more), []);
  });

  it("stops with the reason given, and the exit code of the signal", async () => {
    const linuxParameters = { initProcessEnabled: true };
    const image = `${HOST}/app@${digest}`;
    const withInit = await register(account, "node", image, {}, { entryPoint, linuxParameters });
    const deaf = await register(account, "node", image, {}, { entryPoint, stopTimeout: 2 });
    const reason = "Task definition updated"; // as the service scheduler says, and is said by a user here
    const codes = [withInit, deaf].map(async (definition) => {
      const task = await run(account, input(definition, FOREVER));
      await reaches(account, task, "RUNNING");
      const stop = new StopTaskCommand({ cluster: CLUSTER, task: task.taskArn, reason });
      const stopping = (await account.ecs.send(stop)).task;
      assert.equal(stopping?.desiredStatus, "STOPPED");
      const ended = await reaches(account, task, "STOPPED");
      assert.equal(ended.stopCode, "UserInitiated");
      assert.equal(ended.stoppedReason, reason);
      return ended.containers?.[0]?.exitCode;
    });
    assert.deepEqual(await Promise.all(codes), [143, 137]);
    const none = new StopTaskCommand({ cluster: CLUSTER, task: "" });
    await assert.rejects(account.ecs.send(none), /task was not found/);
  });

  it("says why it could not start", async () => {
    const missing = `${HOST}/app@sha256:${"0".repeat(64)}`;
    const definition = await register(account, "node", missing, {});
    const ended = await reaches(account, await run(account, input(definition)), "STOPPED");
    assert.equal(ended.stopCode, "TaskFailedToStart");
    assert.match(ended.stoppedReason ?? "", /^CannotPullContainerError: .*: not found$/);
    assert.equal(ended.containers?.[0]?.exitCode, undefined);
    assert.equal(ended.startedAt, undefined);
  });

  it("is not ended by its own health check", async () => {
    const command = ["CMD", "/nodejs/bin/node", "-e", "process.exit(1)"];
    const healthCheck = { command, interval: 1, retries: 1 };
    const image = `${HOST}/app:1`;
    const sick = await register(account, "node", image, {}, { entryPoint, healthCheck });
    const task = await run(account, input(sick, "setTimeout(() => console.log('done'), 5000)"));
    const unhealthy = await until(20, async () => {
      const now = await look(account, task);
      return now.healthStatus === "UNHEALTHY" ? now : undefined;
    });
    assert.equal(unhealthy.lastStatus, "RUNNING");
    const ended = await reaches(account, task, "STOPPED");
    assert.equal(ended.containers?.[0]?.exitCode, 0);
    assert.deepEqual(await logsOf(account, "node", ended), ["done"]);
  });

  it("has written all its lines when it says STOPPED", async () => {
    const script = `for (let line = 1; line <= 20000; line++) console.log("line " + line);`;
    const ended = await reaches(account, await run(account, input(node, script)), "STOPPED");
    const lines = await logsOf(account, "node", ended);
    assert.equal(lines.length, 20000);
    assert.equal(lines.at(-1), "line 20000");
  });
});
