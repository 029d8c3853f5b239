import assert from "node:assert/strict";
import { mock } from "node:test";
import { effect, type ShiftOutputs } from "../../../effects/traffic-shift";
import { allTo } from "../../../release/weights";
import { BLUE, FakeBalancer, GREEN, only, state, TRAFFIC, type Traffic } from "./fake-balancer";
import { awsError, StubAws } from "./stub-aws";

const INPUTS: Traffic = {
  ...TRAFFIC,
  steps: [
    { percent: 10, pauseSeconds: 6 },
    { percent: 50, pauseSeconds: 4 },
    { percent: 100, pauseSeconds: 0 },
  ],
  bakeSeconds: 6,
  alarms: ["failed"],
  watch: ["mine"],
};
const TO_GREEN: Traffic = { ...INPUTS, live: "green", taskDefinitionArn: "arn:task:2" };
const OLDS = {
  ...INPUTS,
  ruleArn: "arn:rule:1",
  weights: allTo("blue"),
  proven: { blue: "arn:task:1" },
};

describe("a traffic shift in steps", () => {
  let balancer: FakeBalancer;
  let aws: StubAws;
  let arn: string;
  /** States of the alarms, with which second of the shift they come up. */
  let firesAt: Partial<Record<string, number>>;
  let ailsAt: number;
  let seconds: number;
  /** Weights of green as they were written, with the second. */
  let written: [number, number][];

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
    balancer = new FakeBalancer();
    arn = balancer.withRule(allTo("blue"));
    [firesAt, ailsAt, seconds, written] = [{}, Infinity, 0, []];
    const { ModifyRule: modify } = balancer.answers;
    aws = new StubAws({
      ...balancer.answers,
      ModifyRule: (input) => {
        const answer = modify?.(input);
        written.push([seconds, balancer.weights(arn).green]);
        return answer;
      },
      DescribeTargetHealth: () => ({
        TargetHealthDescriptions: [0, 1].map((id) => ({
          Target: { Id: `10.0.0.${id}`, Port: 8080 },
          TargetHealth: { State: id === 0 && seconds >= ailsAt ? "unhealthy" : "healthy" },
        })),
      }),
      DescribeAlarms: ({ AlarmNames }) => ({
        MetricAlarms: (AlarmNames as string[]).map((AlarmName) => {
          const fires = seconds >= (firesAt[AlarmName] ?? Infinity);
          return {
            AlarmName,
            StateValue: fires ? "ALARM" : "OK",
            StateReason: fires ? "7.5 was greater than 5" : "",
          };
        }),
      }),
    });
  });
  afterEach(() => {
    aws.restore();
    mock.timers.reset();
  });

  /** Lets the clock run until the shift has ended, a second at a time. */
  const shift = async (news = TO_GREEN, olds = OLDS): ReturnType<typeof effect.update> => {
    const update = effect.update("traffic", state({ ...olds, ruleArn: arn }), only(news));
    const over = update.then(
      () => true,
      () => true,
    );
    for (;;) {
      for (let turn = 0; turn < 30; turn++) await new Promise(setImmediate);
      if (await Promise.race([over, Promise.resolve(false)])) return update;
      seconds++;
      mock.timers.tick(1000);
    }
  };

  it("gives the new version its shares in order, each for its time, and all of it before the bake", async () => {
    const { outs } = (await shift()) as { outs: ShiftOutputs };
    assert.deepEqual(written, [
      [0, 10],
      [6, 50],
      [10, 100],
    ]);
    assert.equal(seconds, 16, "the bake is part of it");
    const { weights, proven } = outs.services["web"] ?? {};
    assert.deepEqual(weights, allTo("green"));
    assert.deepEqual(proven, { blue: "arn:task:1", green: "arn:task:2" });
  });

  it("makes no more than 3 calls and 2 a step beside what it watches by", async () => {
    await shift();
    const watching = ["DescribeTargetHealth", "DescribeAlarms", "ListTasks", "DescribeTasks"];
    const others = aws.commands.filter((command) => !watching.includes(command));
    assert.equal(
      others.length,
      2 + 2 * TO_GREEN.steps.length,
      "the rule, the service, and the steps",
    );
    // Two looks before, and one every two seconds of 16; each slot's targets are counted once before that.
    assert.equal(aws.inputsOf("DescribeAlarms").length, 2 + 8);
    assert.equal(aws.inputsOf("DescribeTargetHealth").length, 2 + 1 + 8 + 1, "and one at the end");
  });

  it("turns back at once when an alarm fires, in a pause or in the bake, with the figures", async () => {
    for (const [at, name] of [
      [3, "failed"],
      [9, "mine"],
      [14, "failed"],
    ] as const) {
      [firesAt, seconds, written] = [{ [name]: at }, 0, []];
      await assert.rejects(shift(), {
        message:
          "web: the traffic could not be moved to green, the weights are back at blue 100 %, green 0 %: " +
          `the alarm ${name} fires: 7.5 was greater than 5`,
      });
      const [when, share] = written.at(-1) ?? [];
      assert.equal(share, 0);
      assert.ok((when ?? 0) - at <= 2, "within a look");
    }
  });

  it("turns back when a target of the new version ails", async () => {
    ailsAt = 5;
    await assert.rejects(
      shift(),
      /the weights are back at blue 100 %, green 0 %: it has 1 healthy targets, it needs 2 \(10\.0\.0\.0:8080 unhealthy\)$/,
    );
  });

  it("refuses to begin while an alarm fires, and where one is not there", async () => {
    firesAt = { mine: 0 };
    await assert.rejects(
      shift(),
      /^Error: web: no traffic was moved to green: the alarm mine fires: 7.5 was greater than 5; /,
    );
    aws.on("DescribeAlarms", () => ({ MetricAlarms: [] }));
    await assert.rejects(shift(), /no traffic was moved to green: there is no alarm failed, mine/);
    assert.deepEqual(written, []);
  });

  it("waits until the slot's own alarms have forgotten the version before", async () => {
    aws.on("DescribeAlarms", ({ AlarmNames }) => ({
      MetricAlarms: (AlarmNames as string[]).map((AlarmName) => ({
        AlarmName,
        StateValue: AlarmName === "failed" && seconds < 50 ? "ALARM" : "OK",
      })),
    }));
    await shift();
    assert.deepEqual(written[0], [50, 10]);
  });

  it("does not wait for ever for an alarm of the slot that does not fall silent", async () => {
    firesAt = { failed: 0 };
    await assert.rejects(shift(), /no traffic was moved to green: the alarm failed fires/);
    assert.equal(seconds, 300);
  });

  it("turns back when it cannot see any more", async () => {
    let looks = 0;
    aws.on("DescribeAlarms", () => {
      if (++looks > 3) throw awsError("ExpiredTokenException", "the token has expired");
      return {
        MetricAlarms: ["failed", "mine"].map((AlarmName) => ({ AlarmName, StateValue: "OK" })),
      };
    });
    await assert.rejects(shift(), /back at blue 100 %, green 0 %: the token has expired$/);
  });

  describe("to a slot that has fewer tasks than carry the traffic now", () => {
    const healthy = (greenFrom: number): void => {
      const targets = (count: number): object => ({
        TargetHealthDescriptions: Array.from({ length: count }, () => ({
          Target: { Id: "10.0.0.1", Port: 8080 },
          TargetHealth: { State: "healthy" },
        })),
      });
      aws.on("DescribeTargetHealth", ({ TargetGroupArn }) =>
        targets(TargetGroupArn === BLUE || seconds >= greenFrom ? 5 : 3),
      );
    };

    it("scales it out first, and waits until as many are healthy", async () => {
      balancer.desiredCount = 3;
      healthy(4);
      await shift();
      assert.deepEqual(aws.inputsOf("UpdateService"), [
        { cluster: "arn:cluster", service: "web", desiredCount: 5 },
      ]);
      assert.deepEqual(written[0], [4, 10]);
    });

    it("refuses when they do not come in time", async () => {
      healthy(99);
      await assert.rejects(
        shift(),
        /no traffic was moved to green: it has 3 healthy targets, it needs 5;/,
      );
      assert.ok(seconds <= 11);
    });

    it("scales nothing where the tasks are asked for already", async () => {
      balancer.desiredCount = 7;
      healthy(0);
      await shift();
      assert.deepEqual(aws.inputsOf("UpdateService"), []);
    });
  });

  describe("after a run that was killed", () => {
    it("goes on at the share where it stood, watched anew", async () => {
      balancer.rules.length = 0;
      arn = balancer.withRule({ blue: 50, green: 50 });
      await shift();
      assert.deepEqual(written, [[4, 100]]);
      assert.equal(seconds, 10);
    });

    it("still bakes what has all of the traffic", async () => {
      balancer.rules.length = 0;
      arn = balancer.withRule(allTo("green"));
      firesAt = { failed: 4 };
      await assert.rejects(shift(), /back at blue 100 %/);
      assert.deepEqual(balancer.weights(arn), allTo("blue"));
    });

    it("takes the traffic off again when the version does not deserve it", async () => {
      balancer.rules.length = 0;
      arn = balancer.withRule({ blue: 90, green: 10 });
      firesAt = { failed: 0 };
      await assert.rejects(
        shift(),
        /could not be moved to green, the weights are back at blue 100 %/,
      );
      assert.deepEqual(balancer.weights(arn), allTo("blue"));
    });
  });

  it("is no success where a task runs something else, or something else answers", async () => {
    balancer.image = "repository@other";
    await assert.rejects(
      shift(),
      /back at blue 100 %, green 0 %: task 1 runs repository@other, it was to run repository@digest$/,
    );
    balancer.image = INPUTS.image;
    aws.on("DescribeTargetHealth", () => ({
      TargetHealthDescriptions: ["10.0.0.1", "10.9.9.9"].map((Id) => ({
        Target: { Id, Port: 8080 },
        TargetHealth: { State: "healthy" },
      })),
    }));
    await assert.rejects(
      shift(),
      /back at blue 100 %, green 0 %: 10\.9\.9\.9:8080 answers too, which is no task of web$/,
    );
    assert.deepEqual(balancer.weights(arn), allTo("blue"));
  });

  describe("with an acceptance test", () => {
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
      const answers = balancer.answers;
      aws.on("ListTasks", (input) =>
        input["serviceName"] === undefined ? { taskArns: [] } : answers["ListTasks"]?.(input),
      );
      aws.on("RunTask", () => ({ tasks: [{ taskArn: "arn:task/test" }] }));
      aws.on("StopTask", () => {
        stopped++;
        return {};
      });
      aws.on("GetLogEvents", () => ({ events: [] }));
      aws.on("DescribeTasks", (input) => {
        if (!(input["tasks"] as string[]).includes("arn:task/test"))
          return answers["DescribeTasks"]?.(input);
        const lastStatus = seconds >= endsAt ? "STOPPED" : "RUNNING";
        return {
          tasks: [
            { taskArn: "arn:task/test", lastStatus, containers: [{ name: "web", exitCode }] },
          ],
        };
      });
    });

    it("runs it once the version has all traffic, against every target", async () => {
      await shift({ ...TO_GREEN, acceptance });
      const [run] = aws.inputsOf("RunTask") as { overrides: { containerOverrides: object[] } }[];
      assert.deepEqual(run?.overrides.containerOverrides, [
        {
          name: "web",
          environment: [
            { name: "TEST_URL", value: "http://sample" },
            { name: "TEST_TARGETS", value: "10.0.0.0:8080,10.0.0.1:8080" },
          ],
        },
      ]);
      assert.ok(aws.commands.indexOf("RunTask") > aws.commands.lastIndexOf("ModifyRule"));
      assert.equal(seconds, 16, "it is part of the bake");
    });

    it("waits for it beyond the bake", async () => {
      endsAt = 40;
      await shift({ ...TO_GREEN, acceptance });
      assert.equal(seconds, 40);
    });

    it("turns back when it fails, within the bake", async () => {
      [endsAt, exitCode] = [13, 1];
      await assert.rejects(
        shift({ ...TO_GREEN, acceptance }),
        /back at blue 100 %, green 0 %: web: the acceptance test of green failed: task test stopped: exit code 1\n/,
      );
      assert.ok(seconds <= 15);
      assert.deepEqual(balancer.weights(arn), allTo("blue"));
    });

    it("turns back when it hangs, and stops it", async () => {
      endsAt = Infinity;
      await assert.rejects(shift({ ...TO_GREEN, acceptance }), /did not end within 60 s\n/);
      assert.deepEqual([stopped, balancer.weights(arn)], [1, allTo("blue")]);
    });

    it("stops it when something else turns the version back", async () => {
      [endsAt, firesAt] = [Infinity, { failed: 12 }];
      await assert.rejects(shift({ ...TO_GREEN, acceptance }), /the alarm failed fires/);
      assert.equal(stopped, 1);
    });

    it("does not run it for a version that was live before", async () => {
      const proven = { ...OLDS.proven, green: "arn:task:2" };
      await shift({ ...TO_GREEN, acceptance }, { ...OLDS, proven });
      assert.deepEqual(aws.inputsOf("RunTask"), []);
    });
  });

  it("goes back to a version that was live before at once, whatever its alarms say", async () => {
    firesAt = { failed: 0 };
    const proven = { ...OLDS.proven, green: "arn:task:2" };
    await shift(TO_GREEN, { ...OLDS, proven });
    assert.deepEqual([seconds, written], [0, [[0, 100]]]);
    assert.deepEqual(aws.inputsOf("DescribeAlarms"), []);
    balancer.targets[GREEN] = [];
  });

  it("does not take back what a rollback has moved already, whatever is wrong by then", async () => {
    balancer.rules.length = 0;
    arn = balancer.withRule(allTo("green"));
    ailsAt = 0;
    const proven = { ...OLDS.proven, green: "arn:task:2" };
    await assert.rejects(
      shift({ ...TO_GREEN, readyTimeoutSeconds: 0 }, { ...OLDS, proven }),
      /^Error: web: no traffic was moved to green: it has 1 healthy targets/,
    );
    assert.deepEqual(balancer.weights(arn), allTo("green"));
  });

  it("mends weights that were edited by hand at once", async () => {
    balancer.rules.length = 0;
    arn = balancer.withRule({ blue: 30, green: 70 });
    await shift(INPUTS);
    assert.deepEqual([seconds, written], [0, [[0, 0]]]);
  });
});
