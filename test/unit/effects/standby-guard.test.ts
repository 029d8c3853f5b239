import assert from "node:assert/strict";
import { mock } from "node:test";
import { effect, type GuardInputs } from "../../../effects/standby-guard";
import { otherSlot, SLOTS } from "../../../release/slots";
import { allTo, type Weights } from "../../../release/weights";
import { BLUE, type FakeBalancer, GREEN } from "./fake-balancer";
import { ended } from "./fake-clock";
import { FakeScaling } from "./fake-scaling";
import {
  ALONE,
  API_ALONE,
  API_BLUE,
  API_GREEN,
  held,
  region,
  stack,
  third,
  WEB,
  wellBalancer,
} from "./guarded-services";
import { awsError, StubAws } from "./stub-aws";

describe("the guard of the standby slots", () => {
  let balancer: FakeBalancer;
  let scaling: FakeScaling;
  let aws: StubAws;
  const update = (olds: GuardInputs, news: GuardInputs): Promise<unknown> =>
    effect.update("standby", held(olds), news);
  /** The rule of `api`, with its weights. */
  const withApi = (weights: Weights): string =>
    balancer.withRule(weights, {
      priority: 3,
      groups: [
        { TargetGroupArn: API_BLUE, Weight: weights.blue },
        { TargetGroupArn: API_GREEN, Weight: weights.green },
      ],
    });
  const shares = (arn: string): number[] | undefined =>
    balancer.rules.find((rule) => rule.arn === arn)?.groups.map(({ Weight }) => Weight);
  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
    balancer = wellBalancer();
    scaling = new FakeScaling();
    aws = new StubAws({ ...balancer.answers, ...scaling.answers });
  });
  afterEach(() => {
    aws.restore();
    mock.timers.reset();
  });

  it("asks nothing where no slot changes that the traffic is to go to", async () => {
    balancer.withRule(allTo("green"));
    await update(stack({}), stack({}));
    await update(stack({}), stack({ contents: { blue: "r3", green: "r2" } }));
    assert.deepEqual(aws.calls, []);
  });

  it("leaves the traffic where it is while the changing slot has none", async () => {
    const arn = balancer.withRule(allTo("blue"));
    const inputs = stack({});
    assert.deepEqual(await effect.create(inputs), { id: "standby", outs: held(inputs) });
    assert.deepEqual(aws.commands, ["DescribeRules"]);
    assert.deepEqual(balancer.weights(arn), allTo("blue"));
  });

  for (const changing of SLOTS)
    it(`takes all traffic off ${changing} before it changes`, async () => {
      for (const weights of [allTo(changing), { blue: 50, green: 50 }]) {
        balancer.rules.length = 0;
        const arn = balancer.withRule(weights);
        const from = otherSlot(changing);
        const contents = { blue: "r8", green: "r9" };
        await update(stack({}), stack({ live: changing, from, contents }));
        assert.deepEqual(balancer.weights(arn), allTo(from));
      }
    });

  it("finds the rule also where its place in the listener changes in the same update", async () => {
    const arn = balancer.withRule(allTo("green"), { priority: 8 });
    await update(stack({}), stack(third));
    assert.deepEqual(balancer.weights(arn), allTo("blue"));
  });

  it("refuses where nothing healthy would be left to answer", async () => {
    balancer.targets[BLUE] = ["unhealthy", "unhealthy"];
    const arn = balancer.withRule({ blue: 90, green: 10 });
    await assert.rejects(ended(effect.create(stack({}))), {
      message:
        "web: blue is to take all traffic back before anything new is started, and could not; " +
        "the weights are blue 90 %, green 10 %: it has 0 healthy targets, it needs 2 " +
        "(10.0.0.0:8080 unhealthy: unhealthy for a reason; 10.0.0.1:8080 unhealthy: unhealthy for a reason); " +
        "look at the tasks in blue, or deliver again what carries the traffic, then run the update again",
    });
    assert.deepEqual(balancer.weights(arn), { blue: 90, green: 10 });
  });

  describe("where the other slot has less than carries the traffic", () => {
    beforeEach(() => {
      balancer.targets[GREEN] = ["healthy", "healthy", "healthy"];
      balancer.desiredCount = 1;
      balancer.targets[BLUE] = ["healthy"];
    });

    it("gives it as many tasks first, and waits until all of them are healthy", async () => {
      const arn = balancer.withRule(allTo("green"));
      let asked = 0;
      const { UpdateService: update } = balancer.answers;
      aws.on("UpdateService", (input) => {
        asked = Date.now();
        return update?.(input);
      });
      const { DescribeTargetHealth: describe } = balancer.answers;
      aws.on("DescribeTargetHealth", (input) => {
        const isThere = asked > 0 && Date.now() >= asked + 3000;
        if (isThere) balancer.targets[BLUE] = ["healthy", "healthy", "healthy"];
        else assert.deepEqual(balancer.weights(arn), allTo("green"));
        return describe?.(input);
      });
      mock.timers.tick(1000);
      await ended(effect.create(stack({})));
      assert.deepEqual(aws.inputsOf("UpdateService"), [
        { cluster: WEB.clusterArn, service: "web-blue", desiredCount: 3 },
      ]);
      assert.deepEqual(balancer.weights(arn), allTo("blue"));
    });

    it("refuses where they do not get healthy in time", async () => {
      const arn = balancer.withRule(allTo("green"));
      await assert.rejects(
        ended(effect.create(stack({}))),
        /it has 1 healthy targets, it needs 3; look at the tasks in blue/,
      );
      assert.deepEqual(balancer.weights(arn), allTo("green"));
    });

    it("asks for no more than the settings do where what carries the traffic ails", async () => {
      const arn = balancer.withRule(allTo("green"));
      balancer.targets[GREEN] = ["unhealthy"];
      await effect.create(stack({ minimumHealthyTargets: 1 }));
      assert.deepEqual(balancer.weights(arn), allTo("blue"));
    });

    it("refuses where no service is there", async () => {
      balancer.withRule(allTo("green"));
      balancer.services[BLUE] = "";
      await assert.rejects(effect.create(stack({})), {
        message:
          "web: blue is to take all traffic back, and no ECS service is there; " +
          "look at what was deleted, then run the update again",
      });
    });

    it("says what it was doing when AWS refuses", async () => {
      balancer.withRule(allTo("green"));
      aws.on("ListServices", () => {
        throw awsError("AccessDenied", "not you");
      });
      await assert.rejects(effect.create(stack({})), {
        message: "reading which services run behind the load balancer: not you (AccessDenied)",
      });
    });
  });

  describe("of several services, after an update that failed late", () => {
    let [web, api] = ["", ""];
    /** What the failed update has left: both services have all traffic in green. */
    const late = stack({}, {});
    beforeEach(() => {
      web = balancer.withRule(allTo("green"));
      api = withApi(allTo("green"));
    });
    const lives = (): unknown[] => [shares(web), shares(api)];
    const before = [
      [0, 100],
      [0, 100],
    ];

    it("gives the traffic of all to what was live when all was well, also of those that do not change", async () => {
      await update(late, stack(third, {}));
      assert.deepEqual(lives(), [
        [100, 0],
        [100, 0],
      ]);
    });

    it("does so for one that is to go back there anyway", async () => {
      for (const contents of [{ blue: "r1", green: "r0" }, { blue: "r1" }]) {
        const back = { ...API_ALONE, live: "blue" as const, contents };
        await update(late, { region, services: { web: { ...WEB, ...third }, api: back } });
        assert.deepEqual(lives(), [
          [100, 0],
          [100, 0],
        ]);
        for (const { groups } of balancer.rules)
          groups.forEach((group, slot) => (group.Weight = slot === 0 ? 0 : 100));
      }
    });

    it("moves none while one of them can't take the traffic", async () => {
      for (const [group, service] of [
        [BLUE, "web"],
        [API_BLUE, "api"],
      ] as const) {
        balancer.targets[group] = ["healthy", "unhealthy"];
        await assert.rejects(
          ended(update(late, stack(third, third))),
          new RegExp(`^Error: ${service}: blue is to take all traffic back .* it needs 2`),
        );
        assert.deepEqual(aws.inputsOf("ModifyRule"), []);
        assert.deepEqual(lives(), before);
        assert.equal(
          (await effect.diff("standby", held(late), late)).changes,
          false,
          "the same again",
        );
        balancer.targets[group] = ["healthy", "healthy"];
      }
    });

    it("moves the last one of a release first, and puts it back when another one can't be moved", async () => {
      const { ModifyRule: modify } = balancer.answers;
      const written: unknown[] = [];
      let isBroken = true;
      aws.on("ModifyRule", (input) => {
        written.push(input["RuleArn"]);
        if (input["RuleArn"] === api && isBroken) {
          isBroken = false;
          throw awsError("InternalFailure", "broken");
        }
        return modify?.(input);
      });
      await assert.rejects(update(late, stack(third, third)), {
        message:
          "api: blue is to take all traffic back before anything new is started, and could not; " +
          "the weights are back at blue 0 %, green 100 %: broken; look at the tasks in blue, or deliver again what carries the traffic, then run the update again\n" +
          "web: turned back with api, the weights are back at blue 0 %, green 100 %",
      });
      assert.deepEqual(written, [web, api, api, web]);
      assert.deepEqual(lives(), before);
    });

    it("leaves all where they are while none of what changes has traffic", async () => {
      const [rule] = balancer.rules;
      rule?.groups.forEach((group, index) => (group.Weight = index === 0 ? 100 : 0));
      await update(late, stack(third, {}));
      assert.deepEqual(lives(), [
        [100, 0],
        [0, 100],
      ]);
    });

    it("reads the rules of all by one call", async () => {
      await update(late, stack(third, third));
      const reads = aws.inputsOf("DescribeRules").filter((input) => "ListenerArn" in input);
      assert.equal(reads.length, 1);
    });
  });

  it("lets what gets the traffic scale again, and keeps what carried it as large as it is", async () => {
    balancer.withRule(allTo("green"));
    scaling.register("web-blue", true);
    scaling.register("web-green");
    await effect.create(stack({}));
    assert.deepEqual(scaling.suspended("web-blue"), []);
    assert.deepEqual(scaling.suspended("web-green"), ["in"]);
  });

  it("leaves the traffic where it is while the other slot is empty, after a first update that failed late", async () => {
    const arn = balancer.withRule(allTo("blue"));
    const of = (blue: string): GuardInputs => ({
      region,
      services: { web: { ...ALONE, live: "blue", contents: { blue } } },
    });
    await update(of("r1"), of("r2"));
    assert.deepEqual(balancer.weights(arn), allTo("blue"));
  });

  it("has nothing to do where there is no rule, no listener or somebody else's rule", async () => {
    await effect.create(stack({}));
    await effect.create(stack({ listenerArn: "arn:gone" }));
    balancer.withRule(allTo("green"), { groups: [{ TargetGroupArn: "arn:foreign", Weight: 100 }] });
    balancer.withRule(allTo("green"), { priority: 8, groups: [] });
    await effect.create(stack({}));
    assert.deepEqual(new Set(aws.commands), new Set(["DescribeRules"]));
  });

  it("fails where the live weights cannot be read", async () => {
    aws.on("DescribeRules", () => {
      throw awsError("AccessDenied", "not you");
    });
    await assert.rejects(effect.create(stack({})), {
      message: "reading the live weights: not you (AccessDenied)",
    });
  });
});
