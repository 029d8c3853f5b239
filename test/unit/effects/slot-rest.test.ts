import assert from "node:assert/strict";
import { mock } from "node:test";
import { effect, type SlotReadyInputs } from "../../../effects/slot-ready";
import { FakeScaling } from "./fake-scaling";
import { ended } from "./fake-clock";
import { awsError, StubAws } from "./stub-aws";

const COLD: SlotReadyInputs = {
  region: "us-east-1",
  service: "web",
  slot: "blue",
  clusterArn: "arn:aws:ecs:us-east-1:111111111111:cluster/cluster",
  serviceName: "web-blue",
  taskDefinitionArn: "arn:task:1",
  targetGroupArn: "arn:target-group",
  containerName: "web",
  logGroup: "web-logs",
  logStreamPrefix: "web-blue",
  tasks: 0,
  drainSeconds: 7,
  timeoutSeconds: 10,
};
const WARM: SlotReadyInputs = { ...COLD, tasks: 2 };

describe("a slot that is to rest", () => {
  let aws: StubAws;
  let scaling: FakeScaling;
  let desiredCount: number;
  let running: number;
  /** Looks until tasks that are not wanted any more have ended. */
  let stopsAfter: number;
  let clock: number;
  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
    [desiredCount, running, stopsAfter] = [4, 4, 2];
    scaling = new FakeScaling();
    scaling.register("web-blue");
    aws = new StubAws({
      ...scaling.answers,
      DescribeServices: () => {
        if (desiredCount < running && stopsAfter-- <= 0) running = desiredCount;
        if (desiredCount > running) running = desiredCount;
        const deployment = {
          status: "PRIMARY",
          taskDefinition: "arn:task:1",
          rolloutState: "COMPLETED",
          runningCount: running,
        };
        return { services: [{ status: "ACTIVE", desiredCount, deployments: [deployment] }] };
      },
      DescribeTargetHealth: () => ({
        TargetHealthDescriptions: Array.from({ length: running }, () => ({
          TargetHealth: { State: "healthy" },
        })),
      }),
      UpdateService: (input) => {
        clock = Date.now();
        desiredCount = input["desiredCount"] as number;
        return {};
      },
    });
  });
  afterEach(() => {
    aws.restore();
    mock.timers.reset();
  });

  const update = (olds: SlotReadyInputs, news: SlotReadyInputs): Promise<unknown> =>
    ended(effect.update("web-blue", olds, news));
  const changes = async (olds: SlotReadyInputs, news: SlotReadyInputs): Promise<boolean> =>
    (await effect.diff("web-blue", olds, news)).changes === true;

  it("is stopped once requests under way had their time, and then waited for", async () => {
    const begun = Date.now();
    await update(WARM, COLD);
    assert.deepEqual([desiredCount, running], [0, 0]);
    assert.ok(clock - begun >= 7000, "the drain comes first");
    assert.equal(aws.inputsOf("UpdateService").length, 1);
  });

  it("is not started again by what scales it", async () => {
    aws.on("UpdateService", (input) => {
      assert.deepEqual(scaling.suspended("web-blue"), ["in", "out", "scheduled"]);
      desiredCount = input["desiredCount"] as number;
      return {};
    });
    await update(WARM, COLD);
    assert.deepEqual(desiredCount, 0);
  });

  it("changes no scaling where nothing scales the service", async () => {
    scaling.targets.clear();
    await update(WARM, COLD);
    assert.deepEqual(aws.inputsOf("RegisterScalableTarget"), []);
    assert.deepEqual([desiredCount, running], [0, 0]);
  });

  it("is left alone where it rests already, without a wait", async () => {
    [desiredCount, running] = [0, 0];
    await effect.create(COLD);
    assert.deepEqual(aws.commands, ["DescribeServices"]);
  });

  it("waits for tasks that a killed run has left stopping, and asks for nothing again", async () => {
    desiredCount = 0;
    await ended(effect.create(COLD));
    assert.equal(running, 0);
    assert.deepEqual(aws.inputsOf("UpdateService"), []);
  });

  it("shows as a change as long as anything runs in it, and as none after that", async () => {
    assert.equal(await changes(COLD, COLD), true);
    [desiredCount, running] = [0, 1];
    assert.equal(await changes(COLD, COLD), true, "a task is still stopping");
    running = 0;
    stopsAfter = 0;
    assert.equal(await changes(COLD, COLD), false);
    assert.equal(await changes(WARM, COLD), true, "warm before");
    assert.equal(await changes(COLD, WARM), true, "to be warm");
    assert.equal(await changes(WARM, WARM), false);
  });

  it("comes up again with what the settings ask, healthy, when it is wanted", async () => {
    [desiredCount, running] = [0, 0];
    await update(COLD, WARM);
    assert.deepEqual([desiredCount, running], [2, 2]);
  });

  it("fails where something else asks for its tasks again", async () => {
    aws.on("UpdateService", () => {
      desiredCount = 3;
      return {};
    });
    await assert.rejects(update(WARM, COLD), {
      message:
        "web: blue was to have no tasks, and something asks for 3 again: find what scales it, then run the update again",
    });
  });

  it("fails where its tasks do not end in time", async () => {
    stopsAfter = 1000;
    await assert.rejects(update(WARM, COLD), {
      message:
        "web: the tasks in blue have not stopped after 10 s; look at what keeps them, then run the update again",
    });
  });

  it("says what it was doing when AWS refuses", async () => {
    aws.on("DescribeServices", () => {
      throw awsError("AccessDenied", "not you");
    });
    await assert.rejects(update(WARM, COLD), {
      message: "web: waiting for blue: not you (AccessDenied)",
    });
    await assert.rejects(effect.diff("web-blue", COLD, COLD), {
      message: "web: waiting for blue: not you (AccessDenied)",
    });
  });
});
