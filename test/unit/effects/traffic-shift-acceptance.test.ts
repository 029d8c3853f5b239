import assert from "node:assert/strict";
import { allTo } from "../../../release/weights";
import { OLDS, SteppedShift, TO_GREEN } from "./stepped-shift";

describe("a traffic shift with an acceptance test", () => {
  let world: SteppedShift;
  beforeEach(() => {
    world = new SteppedShift();
  });
  afterEach(() => {
    world.close();
  });

  const acceptance = {
    title: "web: the acceptance test of green",
    clusterArn: "arn:cluster",
    taskDefinitionArn: "arn:task-definition/sample-web:2",
    containerName: "web",
    subnetIds: ["subnet-a"],
    securityGroupIds: ["probe"],
    environment: { TEST_URL: "http://sample" },
    timeoutSeconds: 60,
    logGroup: "web",
    logStreamPrefix: "web-green",
  };
  let endsAt: number;
  let exitCode: number;
  let stopped: number;
  beforeEach(() => {
    [endsAt, exitCode, stopped] = [15, 0, 0];
    const answers = world.balancer.answers;
    world.aws.on("ListTasks", (input) =>
      input["serviceName"] === undefined ? { taskArns: [] } : answers["ListTasks"]?.(input),
    );
    world.aws.on("RunTask", () => ({ tasks: [{ taskArn: "arn:task/test" }] }));
    world.aws.on("StopTask", () => {
      stopped++;
      return {};
    });
    world.aws.on("GetLogEvents", () => ({ events: [] }));
    world.aws.on("DescribeTasks", (input) => {
      if (!(input["tasks"] as string[]).includes("arn:task/test"))
        return answers["DescribeTasks"]?.(input);
      const lastStatus = world.seconds >= endsAt ? "STOPPED" : "RUNNING";
      return {
        tasks: [{ taskArn: "arn:task/test", lastStatus, containers: [{ name: "web", exitCode }] }],
      };
    });
  });

  it("runs it once the version has all traffic, against every target", async () => {
    await world.shift({ ...TO_GREEN, acceptance });
    const [run] = world.aws.inputsOf("RunTask") as {
      overrides: { containerOverrides: object[] };
    }[];
    assert.deepEqual(run?.overrides.containerOverrides, [
      {
        name: "web",
        environment: [
          { name: "TEST_URL", value: "http://sample" },
          { name: "TEST_TARGETS", value: "10.0.0.0:8080,10.0.0.1:8080" },
        ],
      },
    ]);
    assert.ok(world.aws.commands.indexOf("RunTask") > world.aws.commands.lastIndexOf("ModifyRule"));
    assert.equal(world.seconds, 16, "it is part of the bake");
  });

  it("waits for it beyond the bake", async () => {
    endsAt = 40;
    await world.shift({ ...TO_GREEN, acceptance });
    assert.equal(world.seconds, 40);
  });

  it("turns back when it fails, within the bake", async () => {
    [endsAt, exitCode] = [13, 1];
    await assert.rejects(
      world.shift({ ...TO_GREEN, acceptance }),
      /back at blue 100 %, green 0 %: web: the acceptance test of green failed: task test stopped: exit code 1\n/,
    );
    assert.ok(world.seconds <= 15);
    assert.deepEqual(world.balancer.weights(world.arn), allTo("blue"));
  });

  it("turns back when it hangs, and stops it", async () => {
    endsAt = Infinity;
    await assert.rejects(world.shift({ ...TO_GREEN, acceptance }), /did not end within 60 s\n/);
    assert.deepEqual([stopped, world.balancer.weights(world.arn)], [1, allTo("blue")]);
  });

  it("stops it when something else turns the version back", async () => {
    [endsAt, world.firesAt] = [Infinity, { failed: 12 }];
    await assert.rejects(world.shift({ ...TO_GREEN, acceptance }), /the alarm failed fires/);
    assert.equal(stopped, 1);
  });

  it("does not run it for a version that was live before", async () => {
    const proven = { ...OLDS.proven, green: "arn:task:2" };
    await world.shift({ ...TO_GREEN, acceptance }, { ...OLDS, proven });
    assert.deepEqual(world.aws.inputsOf("RunTask"), []);
  });

  it("keeps what has passed it, by which task, for as long as the slot holds that", async () => {
    const { accepted } = await world.shift({ ...TO_GREEN, acceptance });
    const { taskDefinitionArn } = acceptance;
    const environment = { TEST_URL: "http://sample", TEST_TARGETS: "10.0.0.0:8080,10.0.0.1:8080" };
    const green = { taskDefinitionArn, task: "arn:task/test", environment };
    assert.deepEqual(accepted, { green });
    const olds = { ...OLDS, ...TO_GREEN, weights: allTo("green") };
    const third = { ...TO_GREEN, taskDefinitionArn: "arn:task:3" };
    const later = await world.shift(third, olds, { green });
    assert.deepEqual(later.accepted, { green }, "without a test nothing else has passed one");
  });

  describe("of a service that has no rule yet", () => {
    it("is run once the service has one, and the update waits for it", async () => {
      const { accepted } = await world.open({ ...TO_GREEN, acceptance });
      assert.equal(accepted?.green?.task, "arn:task/test");
      assert.ok(world.aws.commands.indexOf("RunTask") > world.aws.commands.indexOf("CreateRule"));
      assert.equal(world.seconds, 15);
    });

    it("takes the rule away again when it fails", async () => {
      exitCode = 1;
      await assert.rejects(
        world.open({ ...TO_GREEN, acceptance }),
        /^Error: web: green could not be given the traffic, its rule is gone again: web: the acceptance test of green failed: task test stopped: exit code 1\n/,
      );
      assert.deepEqual(world.balancer.rules, []);
    });

    it("is not run where a hand has taken the rule of a version that was live", async () => {
      const olds = { ...OLDS, ...TO_GREEN, proven: { green: TO_GREEN.taskDefinitionArn } };
      await world.open({ ...TO_GREEN, acceptance }, olds);
      assert.deepEqual(world.aws.inputsOf("RunTask"), []);
      assert.equal(world.balancer.rules.length, 1);
    });
  });
});
