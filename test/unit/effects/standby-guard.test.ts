import assert from "node:assert/strict";
import { effect, type GuardInputs } from "../../../effects/standby-guard";
import { otherSlot, SLOTS } from "../../../release/slots";
import { allTo } from "../../../release/weights";
import { BLUE, FakeBalancer, GREEN, RULE } from "./fake-balancer";
import { awsError, StubAws } from "./stub-aws";

const INPUTS: GuardInputs = { ...RULE, changing: "green", revision: "r1" };

describe("the guard of the standby slot", () => {
  let balancer: FakeBalancer;
  let aws: StubAws;
  beforeEach(() => {
    balancer = new FakeBalancer();
    balancer.targets[BLUE] = ["healthy"];
    balancer.targets[GREEN] = ["healthy"];
    aws = new StubAws(balancer.answers);
  });
  afterEach(() => {
    aws.restore();
  });

  it("asks nothing where no slot is to change", async () => {
    balancer.withRule(allTo("green"));
    const inputs: GuardInputs = { ...RULE, revision: "r1" };
    await effect.create(inputs);
    await effect.update("web-standby", inputs, inputs);
    assert.deepEqual(aws.calls, []);
  });

  it("leaves the traffic where it is while the changing slot has none", async () => {
    const arn = balancer.withRule(allTo("blue"));
    assert.deepEqual(await effect.create(INPUTS), { id: "web-standby", outs: INPUTS });
    assert.deepEqual(aws.commands, ["DescribeRules"]);
    assert.deepEqual(balancer.weights(arn), allTo("blue"));
  });

  for (const changing of SLOTS)
    it(`takes all traffic off ${changing} before it changes`, async () => {
      for (const weights of [allTo(changing), { blue: 50, green: 50 }]) {
        balancer.rules.length = 0;
        const arn = balancer.withRule(weights);
        const inputs = { ...INPUTS, changing };
        await effect.update("web-standby", inputs, inputs);
        assert.deepEqual(balancer.weights(arn), allTo(otherSlot(changing)));
      }
    });

  it("refuses where nothing healthy would be left to answer", async () => {
    balancer.targets[BLUE] = ["unhealthy"];
    const arn = balancer.withRule({ blue: 90, green: 10 });
    await assert.rejects(effect.create(INPUTS), {
      message:
        "web: green was to get a new version but carries traffic (blue 90 %, green 10 %), and blue has no " +
        "healthy target to take it; look at why the tasks in blue are not healthy, then run the update again",
    });
    assert.deepEqual(balancer.weights(arn), { blue: 90, green: 10 });
  });

  it("has nothing to do where there is no rule, no listener or somebody else's rule", async () => {
    await effect.create(INPUTS);
    await effect.create({ ...INPUTS, listenerArn: "arn:gone" });
    balancer.withRule(allTo("green"), { priority: 8 });
    await effect.create(INPUTS);
    const groups = [{ TargetGroupArn: "arn:foreign", Weight: 100 }];
    balancer.withRule(allTo("green"), { groups });
    await effect.create(INPUTS);
    assert.deepEqual(new Set(aws.commands), new Set(["DescribeRules"]));
  });

  it("fails where the live weights cannot be read", async () => {
    aws.on("DescribeRules", () => {
      throw awsError("AccessDenied", "not you");
    });
    await assert.rejects(effect.create(INPUTS), {
      message: "web: reading the live weights: not you (AccessDenied)",
    });
  });

  it("is asked again for each new content of a slot, and for nothing else", async () => {
    const resting: GuardInputs = { ...RULE, revision: "r1" };
    const next = { ...INPUTS, revision: "r2" };
    const changes = async (olds: GuardInputs, news: GuardInputs): Promise<boolean | undefined> =>
      (await effect.diff("web-standby", olds, news)).changes;
    assert.equal(await changes(INPUTS, next), true);
    assert.equal(await changes(resting, next), true);
    assert.equal(await changes(INPUTS, INPUTS), false, "the same delivery again");
    assert.equal(await changes(INPUTS, { ...resting, revision: "r2" }), false, "no slot changes");
    assert.equal(await changes(INPUTS, { ...INPUTS, priority: 9 }), false);
  });

  it("leaves nothing behind", async () => {
    await effect.delete("web-standby", INPUTS);
    assert.deepEqual(await effect.read("web-standby", INPUTS), {
      id: "web-standby",
      props: INPUTS,
    });
    assert.deepEqual(aws.calls, []);
  });
});
