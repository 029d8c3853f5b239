import assert from "node:assert/strict";
import { effect, type GuardInputs } from "../../../effects/standby-guard";
import { otherSlot, SLOTS } from "../../../release/slots";
import { allTo } from "../../../release/weights";
import { BLUE, FakeBalancer, GREEN, RULE } from "./fake-balancer";
import { awsError, StubAws } from "./stub-aws";

const INPUTS: GuardInputs = { ...RULE, live: "green", contents: { blue: "r1", green: "r2" } };
/** As it was before green got what it is to get. */
const OLDS: GuardInputs = { ...INPUTS, live: "blue", contents: { blue: "r1" } };

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

  it("asks nothing where the slot that the traffic is to go to does not change", async () => {
    balancer.withRule(allTo("green"));
    await effect.update("web-standby", INPUTS, INPUTS);
    await effect.update("web-standby", INPUTS, {
      ...INPUTS,
      contents: { blue: "r3", green: "r2" },
    });
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
        const news = { ...INPUTS, live: changing, contents: { blue: "r8", green: "r9" } };
        await effect.update("web-standby", INPUTS, news);
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

  describe("where the other slot has no tasks, because it is cold", () => {
    const wakes = { clusterArn: "arn:cluster", tasks: 2, timeoutSeconds: 5 };
    let asked: number;
    beforeEach(() => {
      asked = 0;
      balancer.targets[BLUE] = [];
      balancer.targets[GREEN] = ["healthy", "healthy", "healthy"];
      aws.on("ListServices", ({ nextToken }) =>
        nextToken === undefined
          ? { serviceArns: ["arn:service/other"], nextToken: "2" }
          : { serviceArns: ["arn:service/web-blue"] },
      );
      aws.on("DescribeServices", ({ services }) => {
        const [name = ""] = services as string[];
        const isOurs = name.endsWith("web-blue");
        return {
          services: [
            {
              serviceName: isOurs ? "web-blue" : "other",
              status: "ACTIVE",
              desiredCount: asked,
              loadBalancers: [{ targetGroupArn: isOurs ? BLUE : "arn:other" }],
            },
          ],
        };
      });
      aws.on("UpdateService", ({ desiredCount }) => {
        asked = desiredCount as number;
        balancer.targets[BLUE] = Array.from({ length: asked }, () => "healthy");
        return {};
      });
    });

    it("brings it up first, with as many tasks as carry the traffic", async () => {
      const arn = balancer.withRule(allTo("green"));
      await effect.create({ ...INPUTS, wakes });
      assert.deepEqual(aws.inputsOf("UpdateService"), [
        { cluster: "arn:cluster", service: "web-blue", desiredCount: 3 },
      ]);
      assert.deepEqual(balancer.weights(arn), allTo("blue"));
    });

    it("refuses where its tasks are asked for and not healthy, or do not get so", async () => {
      const arn = balancer.withRule(allTo("green"));
      asked = 2;
      const refused = /and blue has no healthy target to take it/;
      await assert.rejects(effect.create({ ...INPUTS, wakes }), refused);
      assert.deepEqual(aws.inputsOf("UpdateService"), []);
      asked = 0;
      aws.on("UpdateService", () => ({}));
      const soon = { ...wakes, timeoutSeconds: -1 };
      await assert.rejects(effect.create({ ...INPUTS, wakes: soon }), refused);
      assert.deepEqual(balancer.weights(arn), allTo("green"));
    });

    it("refuses where no service stands behind its target group", async () => {
      balancer.withRule(allTo("green"));
      aws.on("ListServices", () => ({ serviceArns: ["arn:service/other"] }));
      await assert.rejects(
        effect.create({ ...INPUTS, wakes }),
        /and blue has no healthy target to take it/,
      );
    });

    it("says what it was doing when AWS refuses", async () => {
      balancer.withRule(allTo("green"));
      aws.on("ListServices", () => {
        throw awsError("AccessDenied", "not you");
      });
      await assert.rejects(effect.create({ ...INPUTS, wakes }), {
        message: "web: bringing up blue: not you (AccessDenied)",
      });
    });
  });

  it("leaves the traffic where it is while the other slot is empty, after a first update that failed late", async () => {
    const arn = balancer.withRule(allTo("blue"));
    const [olds, news] = ["r1", "r2"].map((blue) => ({
      ...INPUTS,
      live: "blue" as const,
      contents: { blue },
    }));
    await effect.update("web-standby", olds, news);
    assert.deepEqual(balancer.weights(arn), allTo("blue"));
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
    const changes = async (news: Partial<GuardInputs>): Promise<boolean | undefined> =>
      (await effect.diff("web-standby", INPUTS, { ...INPUTS, ...news })).changes;
    assert.equal(await changes({}), false, "the same delivery again");
    assert.equal(await changes({ live: "blue" }), false, "back to what the other slot holds");
    assert.equal(await changes({ priority: 9 }), false);
    assert.equal(await changes({ contents: { blue: "r1", green: "r3" } }), true);
    assert.equal(await changes({ contents: { blue: "r3", green: "r2" } }), true);
    assert.equal(await changes({ contents: { blue: "r1" } }), true);
  });

  it("remembers what a run that failed has put into a slot, and frees it before going back", async () => {
    const failed = await effect.update("web-standby", OLDS, INPUTS);
    const arn = balancer.withRule({ blue: 80, green: 20 });
    const back: GuardInputs = { ...INPUTS, contents: { blue: "r1", green: "r0" } };
    assert.equal((await effect.diff("web-standby", failed.outs, back)).changes, true);
    await effect.update("web-standby", failed.outs, back);
    assert.deepEqual(balancer.weights(arn), allTo("blue"));
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
