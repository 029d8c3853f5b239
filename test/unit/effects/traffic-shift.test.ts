import assert from "node:assert/strict";
import { effect, type ShiftInputs } from "../../../effects/traffic-shift";
import { allTo, type Weights } from "../../../release/weights";
import { BLUE, FakeBalancer, GREEN, LISTENER, RULE } from "./fake-balancer";
import { awsError, StubAws } from "./stub-aws";

const INPUTS: ShiftInputs = {
  ...RULE,
  live: "blue",
  taskDefinitionArn: "arn:task:1",
  clusterArn: "arn:cluster",
  serviceName: "web",
  readyTimeoutSeconds: 10,
  minimumHealthyTargets: 2,
  steps: [],
  bakeSeconds: 0,
  alarms: [],
  watch: [],
};
const TO_GREEN: ShiftInputs = { ...INPUTS, live: "green", taskDefinitionArn: "arn:task:2" };
/** What the state holds after `INPUTS` was done. */
const OLDS = { ...INPUTS, weights: allTo("blue"), proven: { blue: "arn:task:1" } };

describe("the traffic shift", () => {
  let balancer: FakeBalancer;
  let aws: StubAws;
  beforeEach(() => {
    balancer = new FakeBalancer();
    balancer.targets[BLUE] = ["healthy", "healthy"];
    balancer.targets[GREEN] = ["healthy", "healthy"];
    aws = new StubAws(balancer.answers);
  });
  afterEach(() => {
    aws.restore();
  });

  describe("when it is made", () => {
    it("creates the rule with all traffic to the live slot", async () => {
      const made = await effect.create(INPUTS);
      assert.deepEqual(made, { id: "arn:rule:1", outs: OLDS });
      assert.deepEqual(balancer.rules, [
        {
          arn: "arn:rule:1",
          priority: 7,
          paths: ["/*"],
          groups: [
            { TargetGroupArn: BLUE, Weight: 100 },
            { TargetGroupArn: GREEN, Weight: 0 },
          ],
        },
      ]);
    });

    it("refuses a slot that has not as many healthy targets as it needs, and says why", async () => {
      balancer.targets[BLUE] = ["healthy", "unhealthy", "draining"];
      await assert.rejects(effect.create(INPUTS), {
        message:
          "web: no traffic was moved to blue: it has 1 healthy targets, it needs 2 " +
          "(10.0.0.1:8080 unhealthy: unhealthy for a reason; 10.0.0.2:8080 draining: draining for a reason); " +
          "mend the version or wait until it is well, then run the update again",
      });
      assert.deepEqual(balancer.rules, []);
    });

    it("asks the slot that is to be live, not the other", async () => {
      balancer.targets[BLUE] = [];
      await effect.create(TO_GREEN);
      assert.deepEqual(balancer.weights("arn:rule:1"), allTo("green"));
    });

    it("takes over the rule that a killed run left, with its paths and weights", async () => {
      const arn = balancer.withRule(allTo("green"), { paths: ["/old"] });
      assert.equal((await effect.create(INPUTS)).id, arn);
      assert.deepEqual(balancer.weights(arn), allTo("blue"));
      assert.deepEqual(balancer.rules[0]?.paths, ["/*"]);
      assert.equal(balancer.rules.length, 1);
    });

    it("leaves alone a rule at its priority that forwards to somebody else", async () => {
      const groups = [{ TargetGroupArn: "arn:foreign", Weight: 100 }];
      const foreign = [groups, [...groups, { TargetGroupArn: BLUE, Weight: 0 }], []];
      for (const each of foreign) {
        balancer.rules.length = 0;
        balancer.withRule(allTo("blue"), { groups: each });
        await assert.rejects(
          effect.create(INPUTS),
          /^Error: web: creating the listener rule: .*\(PriorityInUseException\)$/,
        );
        assert.deepEqual(balancer.rules[0]?.groups, each);
      }
    });

    it("says what it was doing when AWS refuses", async () => {
      aws.on("CreateRule", () => {
        throw awsError("AccessDenied", "not you");
      });
      await assert.rejects(effect.create(INPUTS), {
        message: "web: creating the listener rule: not you (AccessDenied)",
      });
    });
  });

  describe("when it is compared", () => {
    const diff = (weights: Weights, news = INPUTS): ReturnType<typeof effect.diff> =>
      effect.diff(balancer.withRule(weights), OLDS, news);

    it("sees no change while the live weights are what is wanted", async () => {
      const { changes, replaces } = await diff(allTo("blue"));
      assert.deepEqual([changes, replaces], [false, []]);
      assert.deepEqual(aws.commands, ["DescribeRules"], "and changes nothing");
    });

    it("sees weights that a hand or a killed run has left", async () => {
      for (const weights of [allTo("green"), { blue: 90, green: 10 }, { blue: 0, green: 0 }]) {
        const { changes, replaces } = await diff(weights);
        assert.deepEqual([changes, replaces], [true, []]);
      }
    });

    it("sees a shift that the record does not know to be done", async () => {
      assert.equal((await diff(allTo("blue"), TO_GREEN)).changes, true);
      assert.equal((await diff(allTo("green"), TO_GREEN)).changes, true);
    });

    it("does not count how many targets a shift would need", async () => {
      assert.equal(
        (await diff(allTo("blue"), { ...INPUTS, minimumHealthyTargets: 9 })).changes,
        false,
      );
    });

    it("changes paths and priority in place, for without its rule a service is not reached", async () => {
      for (const change of [{ priority: 8 }, { paths: ["/a", "/b"] }]) {
        const { changes, replaces } = await diff(allTo("blue"), { ...INPUTS, ...change });
        assert.deepEqual([changes, replaces], [true, []]);
      }
    });

    it("replaces the rule for another listener, the new one first, or for other target groups, the old one first", async () => {
      for (const [key, value] of Object.entries({
        listenerArn: "arn:other",
        blueTargetGroupArn: "arn:other",
        greenTargetGroupArn: "arn:other",
      })) {
        const found = await diff(allTo("blue"), { ...INPUTS, [key]: value });
        const deleteBeforeReplace = key !== "listenerArn";
        assert.deepEqual(found, { changes: true, replaces: [key], deleteBeforeReplace });
      }
    });

    it("makes the rule anew when it is gone", async () => {
      const found = await effect.diff("arn:gone", OLDS, INPUTS);
      assert.equal(found.changes, true);
      assert.ok((found.replaces ?? []).length > 0);
    });

    it("fails where the live weights cannot be read, rather than guess", async () => {
      aws.on("DescribeRules", () => {
        throw awsError("Throttling", "slow down");
      });
      await assert.rejects(diff(allTo("blue")), {
        message: "web: reading the live weights: slow down (Throttling)",
      });
    });
  });

  describe("when it is updated", () => {
    it("moves all traffic and reads back that it did", async () => {
      const arn = balancer.withRule(allTo("blue"));
      assert.deepEqual(await effect.update(arn, OLDS, TO_GREEN), {
        outs: {
          ...TO_GREEN,
          weights: allTo("green"),
          proven: { blue: "arn:task:1", green: "arn:task:2" },
        },
      });
      assert.deepEqual(balancer.weights(arn), allTo("green"));
      assert.deepEqual(aws.commands, [
        "DescribeRules",
        "DescribeTargetHealth",
        "DescribeServices",
        "DescribeTargetHealth",
        "DescribeTargetHealth",
        "ModifyRule",
        "DescribeRules",
      ]);
      assert.deepEqual(aws.inputsOf("DescribeTargetHealth"), [
        { TargetGroupArn: BLUE },
        { TargetGroupArn: GREEN },
        { TargetGroupArn: GREEN },
      ]);
    });

    it("writes nothing where the traffic already is where it belongs", async () => {
      const arn = balancer.withRule(allTo("green"));
      await effect.update(arn, OLDS, TO_GREEN);
      assert.ok(!aws.commands.includes("ModifyRule"));
    });

    it("moves nothing to a slot without capacity", async () => {
      balancer.targets[GREEN] = ["healthy"];
      const arn = balancer.withRule(allTo("blue"));
      await assert.rejects(
        effect.update(arn, OLDS, { ...TO_GREEN, readyTimeoutSeconds: 0 }),
        /no traffic was moved to green: it has 1 /,
      );
      assert.deepEqual(balancer.weights(arn), allTo("blue"));
    });

    it("gives the rule other paths and another priority without touching the traffic", async () => {
      const arn = balancer.withRule(allTo("blue"));
      const done = await effect.update(arn, OLDS, { ...INPUTS, priority: 8, paths: ["/a"] });
      const [rule] = balancer.rules;
      assert.deepEqual([rule?.priority, rule?.paths], [8, ["/a"]]);
      assert.deepEqual(balancer.weights(arn), allTo("blue"));
      assert.deepEqual(done, { outs: { ...OLDS, priority: 8, paths: ["/a"] } });
      assert.ok(aws.inputsOf("ModifyRule").every((input) => input["Actions"] === undefined));
    });

    it("puts all traffic back to the old slot when the write fails, whatever a killed run left", async () => {
      const arn = balancer.withRule({ blue: 90, green: 10 });
      aws.on(
        "ModifyRule",
        () => {
          throw awsError("InternalFailure", "broken");
        },
        1,
      );
      await assert.rejects(effect.update(arn, OLDS, TO_GREEN), {
        message:
          "web: the traffic could not be moved to green, the weights are back at blue 100 %, green 0 %: broken",
      });
      assert.deepEqual(balancer.weights(arn), allTo("blue"));
      assert.equal(aws.inputsOf("ModifyRule").length, 2);
    });

    it("puts the old weights back when the read-back shows others", async () => {
      const arn = balancer.withRule(allTo("blue"));
      const modify = balancer.answers["ModifyRule"];
      aws.on(
        "ModifyRule",
        (input) => {
          modify?.(input);
          Object.assign(balancer.rules[0] ?? {}, {
            groups: [{ TargetGroupArn: GREEN, Weight: 50 }],
          });
        },
        1,
      );
      await assert.rejects(
        effect.update(arn, OLDS, TO_GREEN),
        /back at blue 100 %, green 0 %: read back blue 0 %, green 50 % after the write$/,
      );
      assert.deepEqual(balancer.weights(arn), allTo("blue"));
    });

    it("says so when the rule is gone after the write, and when the weights cannot be put back", async () => {
      const arn = balancer.withRule(allTo("blue"));
      aws.on("ModifyRule", () => {
        balancer.rules.length = 0;
        throw awsError("InternalFailure", "broken");
      });
      await assert.rejects(effect.update(arn, OLDS, TO_GREEN), {
        message:
          "web: the traffic could not be moved to green, nor could the weights be put back to " +
          "blue 100 %, green 0 % (broken): look at what is live, then run the update again: broken",
      });
    });

    it("does not look for another rule when its own is gone", async () => {
      await assert.rejects(effect.update("arn:gone", OLDS, TO_GREEN), {
        message: "web: the listener rule arn:gone is gone: run the update again",
      });
    });
  });

  describe("when it is refreshed", () => {
    it("shows the weights that are live", async () => {
      const arn = balancer.withRule({ blue: 60, green: 40 });
      const props = { ...OLDS, weights: { blue: 60, green: 40 } };
      assert.deepEqual(await effect.read(arn, OLDS), { id: arn, props });
    });

    it("shows a rule that is gone as gone", async () => {
      assert.deepEqual(await effect.read("arn:gone", OLDS), {});
    });
  });

  describe("when it is destroyed", () => {
    it("removes the rule, and minds none that is gone", async () => {
      const arn = balancer.withRule(allTo("blue"));
      await effect.delete(arn, OLDS);
      assert.deepEqual(balancer.rules, []);
      await effect.delete(arn, OLDS);
    });

    it("fails where the rule cannot be removed", async () => {
      aws.on("DeleteRule", () => {
        throw awsError("AccessDenied");
      });
      await assert.rejects(effect.delete("arn:rule:1", OLDS), { name: "AccessDenied" });
    });
  });

  it("finds its rule in its own listener", async () => {
    balancer.withRule(allTo("blue"));
    await effect.create(INPUTS);
    assert.deepEqual(aws.inputsOf("DescribeRules"), [{ ListenerArn: LISTENER }]);
  });

  it("finds its rule on whatever page of the listener's rules it is", async () => {
    balancer.pageSize = 1;
    balancer.withRule(allTo("blue"), { priority: 900 });
    balancer.withRule(allTo("green"), { priority: 901 });
    const mine = balancer.withRule(allTo("blue"));
    assert.equal((await effect.create(INPUTS)).id, mine);
    assert.deepEqual(aws.inputsOf("DescribeRules"), [
      { ListenerArn: LISTENER },
      { ListenerArn: LISTENER, Marker: "1" },
      { ListenerArn: LISTENER, Marker: "2" },
    ]);
  });
});
