import assert from "node:assert/strict";
import { mock } from "node:test";
import { effect, type ShiftInputs, type ShiftOutputs } from "../../../effects/traffic-shift";
import { allTo } from "../../../release/weights";
import { BLUE, FakeBalancer, GREEN, TRAFFIC, type Traffic } from "./fake-balancer";
import { ended } from "./fake-clock";
import { awsError, StubAws } from "./stub-aws";

const API_BLUE = "arn:api-blue";
const API_GREEN = "arn:api-green";
const API: Traffic = {
  ...TRAFFIC,
  service: "api",
  serviceName: "api",
  priority: 3,
  paths: ["/orders"],
  blueTargetGroupArn: API_BLUE,
  greenTargetGroupArn: API_GREEN,
};
const toGreen = (service: Traffic): Traffic => ({
  ...service,
  live: "green",
  taskDefinitionArn: "arn:task:2",
});
const stack = (services: Record<string, Traffic>): ShiftInputs => ({
  region: "us-east-1",
  services,
});

describe("the traffic shift of several services", () => {
  let balancer: FakeBalancer;
  let aws: StubAws;
  let olds: ShiftOutputs;
  /** Calls that were made before the test. */
  let before: number;
  const created = async (services: Record<string, Traffic>): Promise<ShiftOutputs> =>
    (await effect.create(stack(services))).outs as ShiftOutputs;
  const update = async (services: Record<string, Traffic>): Promise<ShiftOutputs> =>
    (await effect.update("traffic", olds, stack(services))).outs as ShiftOutputs;
  const weightsOf = (arn: string): unknown =>
    balancer.rules
      .find((rule) => rule.arn === arn)
      ?.groups.map(({ TargetGroupArn, Weight }) => `${TargetGroupArn} ${Weight}`);

  beforeEach(async () => {
    balancer = new FakeBalancer();
    for (const group of [BLUE, GREEN, API_BLUE, API_GREEN])
      balancer.targets[group] = ["healthy", "healthy"];
    aws = new StubAws(balancer.answers);
    olds = await created({ web: TRAFFIC, api: API });
    before = aws.commands.length;
  });
  afterEach(() => {
    aws.restore();
  });

  it("reads the rules of all services by one call", async () => {
    assert.equal((await effect.diff("traffic", olds, stack(olds.services))).changes, false);
    assert.deepEqual(aws.commands.slice(before), ["DescribeRules"]);
  });

  it("leaves alone what needs no change", async () => {
    const { services } = await update({ web: toGreen(TRAFFIC), api: API });
    assert.deepEqual(services["api"], olds.services["api"]);
    assert.deepEqual(services["web"]?.weights, allTo("green"));
    const written = aws.inputsOf("ModifyRule").map((input) => input["RuleArn"]);
    assert.deepEqual(written, [olds.services["web"]?.ruleArn]);
  });

  it("turns the first one back when the second one cannot be moved", async () => {
    const { ModifyRule: modify } = balancer.answers;
    const api = olds.services["api"]?.ruleArn ?? "";
    let isBroken = true;
    aws.on("ModifyRule", (input) => {
      if (input["RuleArn"] === api && isBroken) {
        isBroken = false;
        throw awsError("InternalFailure", "broken");
      }
      return modify?.(input);
    });
    await assert.rejects(update({ web: toGreen(TRAFFIC), api: { ...toGreen(API), order: 1 } }), {
      message:
        "api: the traffic could not be moved to green, the weights are back at blue 100 %, green 0 %: broken\n" +
        "web: turned back with api, the weights are back at blue 100 %, green 0 %",
    });
    assert.deepEqual(weightsOf(olds.services["web"]?.ruleArn ?? ""), [`${BLUE} 100`, `${GREEN} 0`]);
    assert.deepEqual(weightsOf(api), [`${API_BLUE} 100`, `${API_GREEN} 0`]);
  });

  it("moves none while one of them is not well", async () => {
    balancer.targets[API_GREEN] = ["healthy", "unhealthy"];
    const services = {
      web: toGreen(TRAFFIC),
      api: { ...toGreen(API), order: 1, readyTimeoutSeconds: 0 },
    };
    await assert.rejects(update(services), /^Error: api: no traffic was moved to green: it has 1 /);
    assert.deepEqual(aws.inputsOf("ModifyRule"), []);
  });

  describe("after an update that failed late, and whose traffic the guard has put back for one of them", () => {
    const [web, api] = [toGreen(TRAFFIC), toGreen(API)].map((each) => ({
      ...each,
      from: "blue" as const,
    })) as [Traffic, Traffic];
    const third = { ...web, taskDefinitionArn: "arn:task:3", order: 1, readyTimeoutSeconds: 0 };
    beforeEach(async () => {
      olds = await update({ web, api });
      for (const { groups } of balancer.rules)
        groups.forEach((group, slot) => (group.Weight = slot === 0 ? 100 : 0));
    });
    const lives = (): unknown[] =>
      balancer.rules.map(({ groups: [blue, green] }) => [blue?.Weight, green?.Weight]);

    it("moves the other one again together with it", async () => {
      await update({ web: third, api });
      assert.deepEqual(lives(), [
        [0, 100],
        [0, 100],
      ]);
    });

    it("turns the other one back with it", async () => {
      const { ModifyRule: modify } = balancer.answers;
      const broken = olds.services["web"]?.ruleArn;
      let isBroken = true;
      aws.on("ModifyRule", (input) => {
        if (input["RuleArn"] !== broken || !isBroken) return modify?.(input);
        isBroken = false;
        throw awsError("InternalFailure", "broken");
      });
      await assert.rejects(
        update({ web: third, api }),
        /\napi: turned back with web, the weights are back at blue 100 %, green 0 %$/,
      );
      assert.deepEqual(lives(), [
        [100, 0],
        [100, 0],
      ]);
    });
  });

  describe("while one of them waits for what it needs", () => {
    beforeEach(() => {
      mock.timers.enable({ apis: ["setTimeout", "Date"] });
    });
    afterEach(() => {
      mock.timers.reset();
    });
    const alarm = "of-green";
    const waits: Record<string, { web: Partial<Traffic>; before: () => void }> = {
      "healthy targets": {
        web: {},
        before: () => {
          balancer.targets[GREEN] = ["healthy", "unhealthy"];
        },
      },
      "alarms to fall silent": {
        web: { alarms: [alarm] },
        before: () => {
          const MetricAlarms = [{ AlarmName: alarm, StateValue: "ALARM" }];
          aws.on("DescribeAlarms", () => ({ MetricAlarms }));
        },
      },
    };
    for (const [what, { web, before }] of Object.entries(waits))
      it(`does not wait on for ${what} when another has failed, and says why that one has`, async () => {
        before();
        balancer.targets[API_GREEN] = ["healthy", "unhealthy"];
        const { DescribeTargetHealth: describe } = balancer.answers;
        aws.on("DescribeTargetHealth", (input) => {
          if (input["TargetGroupArn"] === API_GREEN && Date.now() >= 4000)
            throw awsError("Throttling", "slow down");
          return describe?.(input);
        });
        const both = {
          web: { ...toGreen(TRAFFIC), ...web, readyTimeoutSeconds: 300 },
          api: { ...toGreen(API), readyTimeoutSeconds: 300 },
        };
        await assert.rejects(ended(update(both)), {
          message:
            "api: no traffic was moved to green: slow down; " +
            "mend the version or wait until it is well, then run the update again",
        });
        assert.ok(Date.now() <= 6000, `ended after ${Date.now() / 1000} s`);
      });
  });

  it("lets two services change places in one update", async () => {
    await update({ web: { ...TRAFFIC, priority: 3 }, api: { ...API, priority: 7 } });
    const places = balancer.rules.map(({ paths, priority }) => [paths[0], priority]);
    assert.deepEqual(places, [
      ["/*", 3],
      ["/orders", 7],
    ]);
    assert.equal(aws.inputsOf("SetRulePriorities").length, 1);
  });

  it("puts paths and places back when the release fails", async () => {
    balancer.targets[API_GREEN] = [];
    const services = {
      web: { ...TRAFFIC, priority: 9, paths: ["/new"] },
      api: { ...toGreen(API), readyTimeoutSeconds: 0 },
    };
    await assert.rejects(update(services), /api: no traffic was moved/);
    assert.deepEqual(balancer.rules[0]?.paths, ["/*"]);
    const { ModifyRule: modify } = balancer.answers;
    aws.on("ModifyRule", (input) => {
      if (input["Actions"] !== undefined) throw awsError("InternalFailure", "broken");
      return modify?.(input);
    });
    balancer.targets[API_GREEN] = ["healthy", "healthy"];
    await assert.rejects(update(services), /their paths and priorities are as they were/);
    const routes = balancer.rules.map(({ paths, priority }) => [paths, priority]);
    assert.deepEqual(routes[0], [["/*"], 7]);
  });

  it("gives a service that is new its rule, and takes it away again when the release fails", async () => {
    const more = { ...API, service: "more", serviceName: "more", priority: 5, paths: ["/more"] };
    const { services } = await update({ ...olds.services, more });
    assert.equal(balancer.rules.length, 3);
    assert.deepEqual(services["more"]?.weights, allTo("blue"));
    await effect.update("traffic", { ...olds, services }, stack(olds.services));
    assert.equal(balancer.rules.length, 2, "one that is not declared any more loses it");

    const { ModifyRule: modify } = balancer.answers;
    aws.on("ModifyRule", (input) => {
      if (balancer.rules.length > 2) throw awsError("InternalFailure", "broken");
      return modify?.(input);
    });
    await assert.rejects(
      update({ web: { ...toGreen(TRAFFIC), order: 1 }, api: API, more }),
      /\nmore: turned back with web, its rule is gone again$/,
    );
    assert.equal(balancer.rules.length, 2);
  });

  it("takes no rule away that carried traffic before, should it not be able to take all over", async () => {
    const { CreateRule: create } = balancer.answers;
    const rule = balancer.rules[0];
    assert.ok(rule);
    balancer.rules.splice(1);
    aws.on("CreateRule", (input) => {
      if (input["Priority"] === API.priority) throw awsError("TooManyRules", "full");
      return create?.(input);
    });
    await assert.rejects(created({ web: { ...toGreen(TRAFFIC), paths: ["/new"] }, api: API }), {
      message:
        "api: creating the listener rule: full (TooManyRules)\nweb: turned back with api, its rule is as it was",
    });
    assert.deepEqual(balancer.rules, [rule]);
    assert.deepEqual(rule.paths, TRAFFIC.paths);
    assert.deepEqual(balancer.weights(rule.arn), allTo("blue"));
  });

  it("gives a service its rule in another listener before the old one goes", async () => {
    const { CreateRule: create } = balancer.answers;
    aws.on("CreateRule", (input) => create?.({ ...input, ListenerArn: TRAFFIC.listenerArn }));
    await update({ web: { ...TRAFFIC, listenerArn: "arn:other", priority: 8 }, api: API });
    const order = aws.commands.slice(before).filter((command) => /Create|Delete/.test(command));
    assert.deepEqual(order, ["CreateRule", "DeleteRule"]);
    assert.deepEqual(
      balancer.rules.map(({ priority }) => priority),
      [3, 8],
    );
  });

  it("takes over the rules of version 0.1.0, which had a shift for each service", async () => {
    const arns = balancer.rules.map(({ arn }) => arn);
    const taken = await created({ web: TRAFFIC, api: API });
    assert.deepEqual(
      Object.values(taken.services).map(({ ruleArn }) => ruleArn),
      arns,
    );
    const former = { region: "us-east-1", ...TRAFFIC, weights: allTo("blue") };
    assert.deepEqual(await effect.read("arn:rule:1", former), { id: "arn:rule:1", props: former });
    await effect.delete("arn:rule:1", former);
    assert.equal(balancer.rules.length, 2);
  });
});
