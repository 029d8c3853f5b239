import assert from "node:assert/strict";
import { effect } from "../../../effects/traffic-shift";
import { allTo } from "../../../release/weights";
import {
  DONE,
  ID,
  TO_GREEN,
  BLUE,
  FakeBalancer,
  GREEN,
  LISTENER,
  only,
  state,
  TRAFFIC,
} from "./fake-balancer";
import { awsError, StubAws } from "./stub-aws";

const outsOf = (made: { readonly outs?: unknown }): unknown => made.outs;

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
      const made = await effect.create(only(TRAFFIC));
      assert.deepEqual(made, { id: ID, outs: state(DONE) });
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
      await assert.rejects(effect.create(only({ ...TRAFFIC, readyTimeoutSeconds: 0 })), {
        message:
          "web: no traffic was moved to blue: it has 1 healthy targets, it needs 2 " +
          "(10.0.0.1:8080 unhealthy: unhealthy for a reason; 10.0.0.2:8080 draining: draining for a reason); " +
          "mend the version or wait until it is well, then run the update again",
      });
      assert.deepEqual(balancer.rules, []);
    });

    it("gives a slot that a hand has scaled in its tasks back first", async () => {
      balancer.targets[BLUE] = ["healthy"];
      balancer.desiredCount = 1;
      aws.on("UpdateService", ({ desiredCount }) => {
        balancer.targets[BLUE] = Array.from({ length: Number(desiredCount) }, () => "healthy");
        return {};
      });
      await effect.create(only(TRAFFIC));
      assert.deepEqual(balancer.weights("arn:rule:1"), allTo("blue"));
    });

    it("asks the slot that is to be live, not the other", async () => {
      balancer.targets[BLUE] = [];
      await effect.create(only(TO_GREEN));
      assert.deepEqual(balancer.weights("arn:rule:1"), allTo("green"));
    });

    it("takes over the rule that a killed run left, with its paths and weights", async () => {
      const arn = balancer.withRule(allTo("green"), { paths: ["/old"] });
      const outs = outsOf(await effect.create(only(TRAFFIC)));
      assert.deepEqual(outs, state({ ...DONE, ruleArn: arn }));
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
          effect.create(only(TRAFFIC)),
          /^Error: web: creating the listener rule: .*\(PriorityInUseException\)$/,
        );
        assert.deepEqual(balancer.rules[0]?.groups, each);
      }
    });

    it("says what it was doing when AWS refuses", async () => {
      aws.on("CreateRule", () => {
        throw awsError("AccessDenied", "not you");
      });
      await assert.rejects(effect.create(only(TRAFFIC)), {
        message: "web: creating the listener rule: not you (AccessDenied)",
      });
    });
  });

  describe("when it is updated", () => {
    it("moves all traffic and reads back that it did", async () => {
      const arn = balancer.withRule(allTo("blue"));
      assert.deepEqual(await effect.update(ID, state(DONE), only(TO_GREEN)), {
        outs: state({
          ...TO_GREEN,
          ruleArn: arn,
          weights: allTo("green"),
          proven: { blue: "arn:task:1", green: "arn:task:2" },
        }),
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
      balancer.withRule(allTo("green"));
      await effect.update(ID, state(DONE), only(TO_GREEN));
      assert.ok(!aws.commands.includes("ModifyRule"));
    });

    it("moves nothing to a slot without capacity", async () => {
      balancer.targets[GREEN] = ["healthy"];
      const arn = balancer.withRule(allTo("blue"));
      await assert.rejects(
        effect.update(ID, state(DONE), only({ ...TO_GREEN, readyTimeoutSeconds: 0 })),
        /no traffic was moved to green: it has 1 /,
      );
      assert.deepEqual(balancer.weights(arn), allTo("blue"));
    });

    it("gives the rule other paths and another priority without touching the traffic", async () => {
      const arn = balancer.withRule(allTo("blue"));
      const news = { ...TRAFFIC, priority: 8, paths: ["/a"] };
      const done = await effect.update(ID, state(DONE), only(news));
      const [rule] = balancer.rules;
      assert.deepEqual([rule?.priority, rule?.paths], [8, ["/a"]]);
      assert.deepEqual(balancer.weights(arn), allTo("blue"));
      assert.deepEqual(done, { outs: state({ ...DONE, priority: 8, paths: ["/a"] }) });
      assert.ok(aws.inputsOf("ModifyRule").every((input) => input["Actions"] === undefined));
    });

    it("leads the rule to other target groups before those that it had can go", async () => {
      balancer.targets["arn:other"] = ["healthy", "healthy"];
      const arn = balancer.withRule(allTo("blue"));
      const news = only({ ...TRAFFIC, blueTargetGroupArn: "arn:other" });
      await effect.update(ID, state({ ...DONE, ruleArn: arn }), news);
      assert.deepEqual(balancer.rules[0]?.groups, [
        { TargetGroupArn: "arn:other", Weight: 100 },
        { TargetGroupArn: GREEN, Weight: 0 },
      ]);
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
      await assert.rejects(effect.update(ID, state(DONE), only(TO_GREEN)), {
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
        effect.update(ID, state(DONE), only(TO_GREEN)),
        /back at blue 100 %, green 0 %: read back blue 0 %, green 50 % after the write$/,
      );
      assert.deepEqual(balancer.weights(arn), allTo("blue"));
    });

    it("says so when the rule is gone after the write, and when the weights cannot be put back", async () => {
      balancer.withRule(allTo("blue"));
      aws.on("ModifyRule", () => {
        balancer.rules.length = 0;
        throw awsError("InternalFailure", "broken");
      });
      await assert.rejects(effect.update(ID, state(DONE), only(TO_GREEN)), {
        message:
          "web: the traffic could not be moved to green, nor could the weights be put back to " +
          "blue 100 %, green 0 % (broken): look at what is live, then run the update again: broken",
      });
    });

    it("gives a service its rule anew where it is gone", async () => {
      const outs = outsOf(
        await effect.update(ID, state({ ...DONE, ruleArn: "arn:gone" }), only(TRAFFIC)),
      );
      assert.deepEqual(outs, state(DONE));
      assert.deepEqual(balancer.weights("arn:rule:1"), allTo("blue"));
    });
  });

  describe("when it is destroyed", () => {
    it("removes the rule, and minds none that is gone", async () => {
      const arn = balancer.withRule(allTo("blue"));
      const props = state({ ...DONE, ruleArn: arn });
      await effect.delete(ID, props);
      assert.deepEqual(balancer.rules, []);
      await effect.delete(ID, props);
    });

    it("fails where the rule cannot be removed", async () => {
      aws.on("DeleteRule", () => {
        throw awsError("AccessDenied");
      });
      await assert.rejects(effect.delete(ID, state(DONE)), { name: "AccessDenied" });
    });
  });

  it("finds its rule in its own listener", async () => {
    balancer.withRule(allTo("blue"));
    await effect.create(only(TRAFFIC));
    assert.deepEqual(aws.inputsOf("DescribeRules"), [{ ListenerArn: LISTENER }]);
  });

  it("finds its rule on whatever page of the listener's rules it is", async () => {
    balancer.pageSize = 1;
    balancer.withRule(allTo("blue"), { priority: 900 });
    balancer.withRule(allTo("green"), { priority: 901 });
    const ruleArn = balancer.withRule(allTo("blue"));
    const outs = outsOf(await effect.create(only(TRAFFIC)));
    assert.deepEqual(outs, state({ ...DONE, ruleArn }));
    assert.deepEqual(aws.inputsOf("DescribeRules"), [
      { ListenerArn: LISTENER },
      { ListenerArn: LISTENER, Marker: "1" },
      { ListenerArn: LISTENER, Marker: "2" },
    ]);
  });
});
