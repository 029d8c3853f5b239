import assert from "node:assert/strict";
import { effect, type ShiftOutputs } from "../../../effects/traffic-shift";
import { BLUE, FakeBalancer, GREEN, TRAFFIC, type Traffic } from "./fake-balancer";
import { StubAws } from "./stub-aws";

const API: Traffic = {
  ...TRAFFIC,
  service: "api",
  serviceName: "api",
  priority: 3,
  paths: ["/orders"],
  blueTargetGroupArn: "arn:api-blue",
  greenTargetGroupArn: "arn:api-green",
};

describe("traffic that a killed run has led away in part, and that is to come home now", () => {
  const place = { region: "us-east-1" };
  let balancer: FakeBalancer;
  let aws: StubAws;
  let olds: ShiftOutputs;

  beforeEach(async () => {
    balancer = new FakeBalancer();
    for (const group of [BLUE, GREEN, API.blueTargetGroupArn, API.greenTargetGroupArn])
      balancer.targets[group] = ["healthy", "healthy"];
    aws = new StubAws(balancer.answers);
    olds = (await effect.create({ ...place, services: { web: TRAFFIC, api: API } }))
      .outs as ShiftOutputs;
    const [blue, green] = rule()?.groups ?? [];
    assert.ok(blue && green);
    [blue.Weight, green.Weight] = [80, 20];
    balancer.targets[GREEN] = ["healthy", "unhealthy"];
  });
  afterEach(() => {
    aws.restore();
  });

  const rule = (): FakeBalancer["rules"][number] | undefined =>
    balancer.rules.find(({ priority }) => priority === API.priority);
  const weights = (): unknown => rule()?.groups.map(({ Weight }) => Weight);
  /** An update in which the other service can't be delivered. */
  const update = (): Promise<unknown> => {
    const quick = { readyTimeoutSeconds: 0 };
    const web = { ...TRAFFIC, ...quick, live: "green", taskDefinitionArn: "arn:task:2" } as const;
    return effect.update("traffic", olds, {
      ...place,
      services: { web, api: { ...API, ...quick } },
    });
  };

  it("comes home when another service can't be delivered", async () => {
    await assert.rejects(
      update(),
      /^Error: web: no traffic was moved to green: it has 1 .*\napi: turned back with web, the weights are back at blue 100 %, green 0 %$/s,
    );
    assert.deepEqual(weights(), [100, 0]);
  });

  it("stays where it is while nothing answers at home", async () => {
    balancer.targets[API.blueTargetGroupArn] = ["unhealthy", "unhealthy"];
    await assert.rejects(update());
    assert.deepEqual(weights(), [80, 20]);
  });
});
