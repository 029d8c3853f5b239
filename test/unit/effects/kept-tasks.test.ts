import assert from "node:assert/strict";
import { effect, type ShiftOutputs } from "../../../effects/traffic-shift";
import { allTo } from "../../../release/weights";
import { BLUE, FakeBalancer, GREEN, TRAFFIC, type Traffic } from "./fake-balancer";
import { FakeScaling } from "./fake-scaling";
import { awsError, StubAws } from "./stub-aws";

const WEB: Traffic = {
  ...TRAFFIC,
  clusterArn: "arn:aws:ecs:us-east-1:111111111111:cluster/cluster",
  serviceName: "web-blue",
  scales: true,
};
const TO_GREEN: Traffic = {
  ...WEB,
  live: "green",
  taskDefinitionArn: "arn:task:2",
  serviceName: "web-green",
};
const INPUTS = { region: "us-east-1", services: { web: WEB } };
const FAILING = { ...TO_GREEN, readyTimeoutSeconds: 0 };

describe("the shift of a service that scales", () => {
  let balancer: FakeBalancer;
  let scaling: FakeScaling;
  let aws: StubAws;
  let rule: string;
  /** What the state holds while blue is live. */
  let olds: ShiftOutputs;
  /** What was suspended of each slot when the weights were written. */
  let seen: (readonly (string[] | undefined)[])[];
  const update = (web: Traffic): Promise<unknown> =>
    effect.update("traffic", olds, { ...INPUTS, services: { web } });
  const changes = async (web: Traffic): Promise<boolean | undefined> =>
    (await effect.diff("traffic", olds, { ...INPUTS, services: { web } })).changes;
  beforeEach(async () => {
    seen = [];
    balancer = new FakeBalancer();
    balancer.targets[BLUE] = ["healthy", "healthy"];
    balancer.targets[GREEN] = ["healthy", "healthy"];
    balancer.services[BLUE] = "web-blue";
    balancer.services[GREEN] = "web-green";
    scaling = new FakeScaling();
    scaling.register("web-blue");
    scaling.register("web-green");
    const { ModifyRule: modify } = balancer.answers;
    aws = new StubAws({
      ...balancer.answers,
      ...scaling.answers,
      ModifyRule: (input) => {
        seen.push(["web-blue", "web-green"].map((name) => scaling.suspended(name)));
        return modify?.(input);
      },
    });
    olds = (await effect.create(INPUTS)).outs as ShiftOutputs;
    rule = balancer.rules[0]?.arn ?? "";
  });
  afterEach(() => {
    aws.restore();
  });

  it("takes tasks from neither slot while the traffic moves, then from the live one alone", async () => {
    await update(TO_GREEN);
    assert.deepEqual(seen, [[["in"], ["in"]]]);
    assert.deepEqual(scaling.suspended("web-green"), []);
    assert.deepEqual(scaling.suspended("web-blue"), ["in"]);
  });

  it("leaves the old slot scaling both ways, and the new one as large as it is, where it fails", async () => {
    balancer.targets[GREEN] = ["healthy", "unhealthy"];
    await assert.rejects(update(FAILING));
    assert.deepEqual(scaling.suspended("web-blue"), []);
    assert.deepEqual(scaling.suspended("web-green"), ["in"]);
  });

  it("says why it failed, also where scaling can't be given back", async () => {
    balancer.targets[GREEN] = ["healthy", "unhealthy"];
    let calls = 0;
    const { RegisterScalableTarget: register } = scaling.answers;
    aws.on("RegisterScalableTarget", (input) => {
      if (++calls > 2) throw awsError("Throttling");
      return register?.(input);
    });
    await assert.rejects(
      update(FAILING),
      /^Error: web: no traffic was moved to green: it has 1 healthy targets, it needs 2/,
    );
    assert.equal(calls, 3);
  });

  it("moves nothing where scaling can't be changed, and says so", async () => {
    aws.on("RegisterScalableTarget", () => {
      throw awsError("AccessDenied", "not you");
    });
    await assert.rejects(update(TO_GREEN), {
      message: "web: changing what scales web-blue: not you (AccessDenied)",
    });
    assert.deepEqual(balancer.weights(rule), allTo("blue"));
  });

  it("gives a live slot back what a killed run has left suspended, and shows it before", async () => {
    scaling.register("web-blue", true);
    assert.equal(await changes(WEB), true);
    await update(WEB);
    assert.deepEqual(scaling.suspended("web-blue"), []);
    assert.deepEqual(seen, [], "and moves no traffic");
    assert.equal(await changes(WEB), false);
  });

  it("has nothing to suspend where a slot is not registered yet", async () => {
    scaling.targets.clear();
    assert.equal(await changes(WEB), false);
    await update(TO_GREEN);
    assert.deepEqual(balancer.weights(rule), allTo("green"));
    assert.deepEqual(aws.inputsOf("RegisterScalableTarget"), []);
  });

  it("takes tasks from neither slot when the update that failed late is taken over", async () => {
    const late = (await effect.update("traffic", olds, { ...INPUTS, services: { web: TO_GREEN } }))
      .outs as ShiftOutputs;
    // The guard has put the traffic back, and green has got another version.
    for (const rule of balancer.rules)
      rule.groups.forEach((group) => (group.Weight = group.TargetGroupArn === BLUE ? 100 : 0));
    scaling.register("web-blue");
    scaling.register("web-green");
    seen = [];
    const third = { ...TO_GREEN, taskDefinitionArn: "arn:task:3" };
    const deliver = (web: Traffic): Promise<unknown> =>
      effect.update("traffic", late, { ...INPUTS, services: { web } });
    balancer.targets[GREEN] = ["healthy", "unhealthy"];
    await assert.rejects(deliver({ ...third, readyTimeoutSeconds: 0 }));
    assert.deepEqual(scaling.suspended("web-blue"), [], "it has the traffic");
    assert.deepEqual(scaling.suspended("web-green"), ["in"]);
    balancer.targets[GREEN] = ["healthy", "healthy"];
    await deliver(third);
    assert.deepEqual(seen, [[["in"], ["in"]]]);
    assert.deepEqual(scaling.suspended("web-green"), []);
    assert.deepEqual(scaling.suspended("web-blue"), ["in"]);
  });

  it("takes tasks from neither slot while scaling is being switched off", async () => {
    await update({ ...TO_GREEN, scales: false });
    assert.deepEqual(seen, [[["in"], ["in"]]]);
  });

  it("leaves the live slot scaling both ways where weights that a hand has moved cannot be put right", async () => {
    for (const group of balancer.rules[0]?.groups ?? []) group.Weight = 50;
    balancer.targets[BLUE] = ["healthy", "unhealthy"];
    await assert.rejects(update({ ...WEB, readyTimeoutSeconds: 0 }));
    assert.deepEqual(scaling.suspended("web-blue"), []);
    assert.deepEqual(scaling.suspended("web-green"), ["in"]);
  });

  it("says so where it can't be seen what else runs behind the service", async () => {
    aws.on("ListServices", () => {
      throw awsError("AccessDenied", "not you");
    });
    await assert.rejects(update(TO_GREEN), {
      message: "reading which services run behind the load balancer: not you (AccessDenied)",
    });
    assert.deepEqual(balancer.weights(rule), allTo("blue"));
  });

  it("asks nothing of a service that does not scale and does not move, and holds nothing where one moves", async () => {
    scaling.targets.clear();
    const before = aws.calls.length;
    await changes({ ...WEB, scales: false });
    await update({ ...WEB, scales: false });
    assert.ok(!aws.commands.slice(before).some((command) => command.includes("Scalable")));
    await update({ ...TO_GREEN, scales: false });
    assert.deepEqual(aws.inputsOf("RegisterScalableTarget"), []);
  });

  it("reads what scales all services in one call, before and after", async () => {
    const more = Array.from({ length: 60 }, (_, index) => `api-${index}`);
    const both = (web: Traffic) => ({
      ...INPUTS,
      services: {
        web,
        ...Object.fromEntries(
          more.map((service, index) => {
            const api = { ...WEB, service, serviceName: service, priority: 100 + index };
            scaling.register(service);
            return [service, api];
          }),
        ),
      },
    });
    olds = (await effect.update("traffic", olds, both(WEB))).outs as ShiftOutputs;
    const before = aws.calls.length;
    olds = (await effect.update("traffic", olds, both(TO_GREEN))).outs as ShiftOutputs;
    const calls = aws.calls.slice(before).filter(({ command }) => /Scalable/.test(command));
    assert.deepEqual(
      calls.map(({ command, input }) => [
        command,
        (input["ResourceIds"] as string[] | undefined)?.length,
      ]),
      [
        ["DescribeScalableTargets", 2],
        ["RegisterScalableTarget", undefined],
        ["RegisterScalableTarget", undefined],
        ["DescribeScalableTargets", 50],
        ["DescribeScalableTargets", 11],
        ["RegisterScalableTarget", undefined],
      ],
    );
    aws.calls.length = 0;
    await effect.diff("traffic", olds, both(TO_GREEN));
    assert.equal(aws.inputsOf("DescribeScalableTargets").length, 2, "fifty in a call");
  });

  it("leaves alone what scales a service that does not move, beside one that does", async () => {
    const api = { ...WEB, service: "api", serviceName: "api-blue", order: 1 };
    scaling.register("api-blue");
    aws.on("RegisterScalableTarget", (input) => {
      assert.ok(!String(input["ResourceId"]).endsWith("api-blue"));
      return scaling.answers["RegisterScalableTarget"]?.(input);
    });
    const both = (web: Traffic) => ({ ...INPUTS, services: { web, api: { ...api, priority: 9 } } });
    olds = (await effect.update("traffic", olds, both(WEB))).outs as ShiftOutputs;
    await effect.update("traffic", olds, both(TO_GREEN));
    assert.deepEqual(scaling.suspended("api-blue"), []);
    assert.deepEqual(scaling.suspended("web-blue"), ["in"]);
  });
});
