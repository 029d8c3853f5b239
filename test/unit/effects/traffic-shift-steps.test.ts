import assert from "node:assert/strict";
import { mock } from "node:test";
import { effect } from "../../../effects/traffic-shift";
import { allTo } from "../../../release/weights";
import { BLUE, only, state, type Traffic } from "./fake-balancer";
import { OLDS, STEPPED, SteppedShift, TO_GREEN } from "./stepped-shift";
import { awsError } from "./stub-aws";

describe("a traffic shift in steps", () => {
  let world: SteppedShift;
  beforeEach(() => {
    world = new SteppedShift();
  });
  afterEach(() => {
    world.close();
  });

  it("gives the new version its shares in order, each for its time, and all of it before the bake", async () => {
    const { weights, proven } = await world.shift();
    assert.deepEqual(world.written, [
      [0, 10],
      [6, 50],
      [10, 100],
    ]);
    assert.equal(world.seconds, 16, "the bake is part of it");
    assert.deepEqual(weights, allTo("green"));
    assert.deepEqual(proven, { blue: "arn:task:1", green: "arn:task:2" });
  });

  it("makes no more than 3 calls and 2 a step beside what it watches by", async () => {
    await world.shift();
    const watching = ["DescribeTargetHealth", "DescribeAlarms"];
    const others = world.aws.commands.filter((command) => !watching.includes(command));
    assert.equal(
      others.length,
      3 + 2 * TO_GREEN.steps.length,
      "the rules, the steps, and what runs at the end, in two",
    );
    // Two looks before, and one every two seconds of 16; each slot's targets are counted once before that.
    assert.equal(world.aws.inputsOf("DescribeAlarms").length, 2 + 8);
    assert.equal(
      world.aws.inputsOf("DescribeTargetHealth").length,
      2 + 1 + 8 + 1,
      "and one at the end",
    );
  });

  it("turns back at once when an alarm fires, in a pause or in the bake, with the figures", async () => {
    for (const [at, name] of [
      [3, "failed"],
      [9, "mine"],
      [14, "failed"],
    ] as const) {
      [world.firesAt, world.seconds, world.written] = [{ [name]: at }, 0, []];
      await assert.rejects(world.shift(), {
        message:
          "web: the traffic could not be moved to green, the weights are back at blue 100 %, green 0 %: " +
          `the alarm ${name} fires: 7.5 was greater than 5`,
      });
      const [when, share] = world.written.at(-1) ?? [];
      assert.equal(share, 0);
      assert.ok((when ?? 0) - at <= 2, "within a look");
    }
  });

  it("turns back when a target of the new version ails", async () => {
    world.ailsAt = 5;
    await assert.rejects(
      world.shift(),
      /the weights are back at blue 100 %, green 0 %: it has 1 healthy targets, it needs 2 \(10\.0\.0\.0:8080 unhealthy\)$/,
    );
  });

  it("refuses to begin while an alarm fires, and where one is not there", async () => {
    world.firesAt = { mine: 0 };
    await assert.rejects(
      world.shift(),
      /^Error: web: no traffic was moved to green: the alarm mine fires: 7.5 was greater than 5; /,
    );
    world.aws.on("DescribeAlarms", () => ({ MetricAlarms: [] }));
    await assert.rejects(
      world.shift(),
      /no traffic was moved to green: there is no alarm failed, mine/,
    );
    assert.deepEqual(world.written, []);
  });

  it("waits until the slot's own alarms have forgotten the version before, and says so once", async () => {
    const said = mock.method(console, "log", () => undefined);
    world.aws.on("DescribeAlarms", ({ AlarmNames }) => ({
      MetricAlarms: (AlarmNames as string[]).map((AlarmName) => ({
        AlarmName,
        StateValue: AlarmName === "failed" && world.seconds < 50 ? "ALARM" : "OK",
      })),
    }));
    await world.shift().finally(() => {
      said.mock.restore();
    });
    assert.deepEqual(world.written[0], [50, 10]);
    assert.deepEqual(
      said.mock.calls.map((call) => call.arguments as unknown[]),
      [
        [
          "switchyard: waiting until failed is silent, 300 s at most: " +
            "no traffic is there yet, so what fires tells of the version before",
        ],
      ],
    );
  });

  it("says nothing of alarms that are silent", async () => {
    const said = mock.method(console, "log", () => undefined);
    await world.shift().finally(() => {
      said.mock.restore();
    });
    assert.equal(said.mock.callCount(), 0);
  });

  it("does not wait for ever for an alarm of the slot that does not fall silent", async () => {
    const said = mock.method(console, "log", () => undefined);
    world.firesAt = { failed: 0 };
    await assert.rejects(world.shift(), /no traffic was moved to green: the alarm failed fires/);
    said.mock.restore();
    assert.equal(world.seconds, 300);
    assert.equal(said.mock.callCount(), 1);
  });

  it("turns back when it cannot see any more", async () => {
    let looks = 0;
    world.aws.on("DescribeAlarms", () => {
      if (++looks > 3) throw awsError("ExpiredTokenException", "the token has expired");
      return {
        MetricAlarms: ["failed", "mine"].map((AlarmName) => ({ AlarmName, StateValue: "OK" })),
      };
    });
    await assert.rejects(world.shift(), /back at blue 100 %, green 0 %: the token has expired$/);
  });

  describe("to a slot that has fewer tasks than carry the traffic now", () => {
    const healthy = (greenFrom: number): void => {
      const targets = (count: number): object => ({
        TargetHealthDescriptions: Array.from({ length: count }, () => ({
          Target: { Id: "10.0.0.1", Port: 8080 },
          TargetHealth: { State: "healthy" },
        })),
      });
      world.aws.on("DescribeTargetHealth", ({ TargetGroupArn }) =>
        targets(TargetGroupArn === BLUE || world.seconds >= greenFrom ? 5 : 3),
      );
    };

    it("scales it out first, and waits until as many are healthy", async () => {
      world.balancer.desiredCount = 3;
      healthy(4);
      await world.shift();
      assert.deepEqual(world.aws.inputsOf("UpdateService"), [
        { cluster: "arn:cluster", service: "web", desiredCount: 5 },
      ]);
      assert.deepEqual(world.written[0], [4, 10]);
    });

    it("refuses when they do not come in time", async () => {
      healthy(99);
      await assert.rejects(
        world.shift(),
        /no traffic was moved to green: it has 3 healthy targets, it needs 5;/,
      );
      assert.ok(world.seconds <= 11);
    });

    it("scales nothing where the tasks are asked for already", async () => {
      world.balancer.desiredCount = 7;
      healthy(0);
      await world.shift();
      assert.deepEqual(world.aws.inputsOf("UpdateService"), []);
    });
  });

  describe("after a run that was killed", () => {
    it("goes on at the share where it stood, watched anew", async () => {
      world.balancer.rules.length = 0;
      world.arn = world.balancer.withRule({ blue: 50, green: 50 });
      await world.shift();
      assert.deepEqual(world.written, [[4, 100]]);
      assert.equal(world.seconds, 10);
    });

    it("still bakes what has all of the traffic", async () => {
      world.balancer.rules.length = 0;
      world.arn = world.balancer.withRule(allTo("green"));
      world.firesAt = { failed: 4 };
      await assert.rejects(world.shift(), /back at blue 100 %/);
      assert.deepEqual(world.balancer.weights(world.arn), allTo("blue"));
    });

    it("takes the traffic off again when the version does not deserve it", async () => {
      world.balancer.rules.length = 0;
      world.arn = world.balancer.withRule({ blue: 90, green: 10 });
      world.firesAt = { failed: 0 };
      await assert.rejects(
        world.shift(),
        /could not be moved to green, the weights are back at blue 100 %/,
      );
      assert.deepEqual(world.balancer.weights(world.arn), allTo("blue"));
    });
  });

  it("is no success where a task runs something else, or something else answers", async () => {
    world.balancer.image = "repository@other";
    await assert.rejects(
      world.shift(),
      /back at blue 100 %, green 0 %: task 1 runs repository@other, it was to run repository@digest$/,
    );
    world.balancer.image = STEPPED.image;
    world.aws.on("DescribeTargetHealth", () => ({
      TargetHealthDescriptions: ["10.0.0.1", "10.9.9.9"].map((Id) => ({
        Target: { Id, Port: 8080 },
        TargetHealth: { State: "healthy" },
      })),
    }));
    await assert.rejects(
      world.shift(),
      /back at blue 100 %, green 0 %: 10\.9\.9\.9:8080 answers too, which is no task of web$/,
    );
    assert.deepEqual(world.balancer.weights(world.arn), allTo("blue"));
  });

  it("minds no container that AWS puts beside the service's own", async () => {
    world.balancer.beside = [
      { name: "aws-guardduty-agent-a1B2c3", image: "agent", imageDigest: "sha256:2" },
    ];
    await world.shift();
    assert.deepEqual(world.balancer.weights(world.arn), allTo("green"));
  });

  describe("after an update that had shifted and failed late, so that the next version takes the same slot", () => {
    const late = {
      ...OLDS,
      live: "green" as const,
      weights: allTo("green"),
      proven: { blue: "arn:task:1", green: "arn:task:2" },
    };
    const third: Traffic = { ...TO_GREEN, taskDefinitionArn: "arn:task:3" };

    it("goes step by step, from where the guard has put the traffic", async () => {
      const { proven } = await world.shift(third, late);
      assert.deepEqual(world.written, [
        [0, 10],
        [6, 50],
        [10, 100],
      ]);
      assert.equal(world.seconds, 16);
      assert.equal(proven.green, "arn:task:3");
    });

    it("goes back there when it does not deserve it", async () => {
      world.firesAt = { failed: 7 };
      await assert.rejects(world.shift(third, late), /back at blue 100 %, green 0 %: the alarm/);
      assert.deepEqual(world.balancer.weights(world.arn), allTo("blue"));
    });

    it("is not taken for done where a killed run has moved all of it, and stays where it is", async () => {
      world.balancer.rules.length = 0;
      world.arn = world.balancer.withRule(allTo("green"));
      const olds = state({ ...late, ruleArn: world.arn });
      assert.equal((await effect.diff("traffic", olds, only(third))).changes, true);
      world.firesAt = { failed: 4 };
      await assert.rejects(world.shift(third, late), /no traffic was moved to green: the alarm/);
      assert.deepEqual(world.written, []);
    });
  });

  it("goes back to a version that was live before at once, whatever its alarms say", async () => {
    world.firesAt = { failed: 0 };
    const proven = { ...OLDS.proven, green: "arn:task:2" };
    await world.shift(TO_GREEN, { ...OLDS, proven });
    assert.deepEqual([world.seconds, world.written], [0, [[0, 100]]]);
    assert.deepEqual(world.aws.inputsOf("DescribeAlarms"), []);
  });

  it("does not take back what a rollback has moved already, whatever is wrong by then", async () => {
    world.balancer.rules.length = 0;
    world.arn = world.balancer.withRule(allTo("green"));
    world.ailsAt = 0;
    const proven = { ...OLDS.proven, green: "arn:task:2" };
    await assert.rejects(
      world.shift({ ...TO_GREEN, readyTimeoutSeconds: 0 }, { ...OLDS, proven }),
      /^Error: web: no traffic was moved to green: it has 1 healthy targets/,
    );
    assert.deepEqual(world.balancer.weights(world.arn), allTo("green"));
  });

  it("mends weights that were edited by hand at once", async () => {
    world.balancer.rules.length = 0;
    world.arn = world.balancer.withRule({ blue: 30, green: 70 });
    await world.shift(STEPPED);
    assert.deepEqual([world.seconds, world.written], [0, [[0, 0]]]);
  });
});
