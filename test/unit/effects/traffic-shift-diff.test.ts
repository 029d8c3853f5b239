import assert from "node:assert/strict";
import { effect } from "../../../effects/traffic-shift";
import { allTo, type Weights } from "../../../release/weights";
import {
  BLUE,
  DONE,
  FakeBalancer,
  GREEN,
  ID,
  only,
  state,
  TO_GREEN,
  TRAFFIC,
} from "./fake-balancer";
import { awsError, StubAws } from "./stub-aws";

describe("what the traffic shift sees of its rules", () => {
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

  describe("when it is compared", () => {
    const diff = async (weights: Weights, news = TRAFFIC): Promise<boolean | undefined> => {
      balancer.rules.length = 0;
      balancer.withRule(weights);
      return (await effect.diff(ID, state(DONE), only(news))).changes;
    };

    it("sees no change while the live weights are what is wanted", async () => {
      assert.equal(await diff(allTo("blue")), false);
      assert.deepEqual(aws.commands, ["DescribeRules"], "and changes nothing");
    });

    it("sees weights that a hand or a killed run has left", async () => {
      for (const weights of [allTo("green"), { blue: 90, green: 10 }, { blue: 0, green: 0 }]) {
        assert.equal(await diff(weights), true);
      }
    });

    it("sees what else a hand has done to the rule", async () => {
      const groups = [
        { TargetGroupArn: BLUE, Weight: 100 },
        { TargetGroupArn: "arn:third", Weight: 0 },
      ];
      for (const edit of [{ groups }, { groups: [] }, { paths: ["/other"] }, { priority: 8 }]) {
        balancer.rules.length = 0;
        balancer.withRule(allTo("blue"), edit);
        assert.equal((await effect.diff(ID, state(DONE), only(TRAFFIC))).changes, true);
      }
    });

    it("sees a shift that the record does not know to be done", async () => {
      assert.equal(await diff(allTo("blue"), TO_GREEN), true);
      assert.equal(await diff(allTo("green"), TO_GREEN), true);
    });

    it("does not count how many targets a shift would need", async () => {
      assert.equal(await diff(allTo("blue"), { ...TRAFFIC, minimumHealthyTargets: 9 }), false);
    });

    it("sees other paths, another priority, another listener, other target groups", async () => {
      for (const change of [
        { priority: 8 },
        { paths: ["/a", "/b"] },
        { listenerArn: "arn:other" },
        { blueTargetGroupArn: "arn:other" },
        { greenTargetGroupArn: "arn:other" },
      ])
        assert.equal(await diff(allTo("blue"), { ...TRAFFIC, ...change }), true);
    });

    it("sees a rule that is gone, and a listener", async () => {
      assert.equal((await effect.diff(ID, state(DONE), only(TRAFFIC))).changes, true);
      const olds = state({ ...DONE, listenerArn: "arn:gone" });
      assert.equal((await effect.diff(ID, olds, only(TRAFFIC))).changes, true);
    });

    it("sees a service that came and one that went", async () => {
      balancer.withRule(allTo("blue"));
      const api = { ...TRAFFIC, service: "api", priority: 8 };
      const both = { ...only(TRAFFIC), services: { web: TRAFFIC, api } };
      assert.equal((await effect.diff(ID, state(DONE), both)).changes, true);
      const none = { ...only(TRAFFIC), services: {} };
      assert.equal((await effect.diff(ID, state(DONE), none)).changes, true);
    });

    it("fails where the live weights cannot be read, rather than guess", async () => {
      aws.on("DescribeRules", () => {
        throw awsError("Throttling", "slow down");
      });
      await assert.rejects(diff(allTo("blue")), {
        message: "reading the live weights: slow down (Throttling)",
      });
    });
  });

  describe("when it is refreshed", () => {
    it("shows the weights that are live", async () => {
      const arn = balancer.withRule({ blue: 60, green: 40 });
      const props = state({ ...DONE, ruleArn: arn, weights: { blue: 60, green: 40 } });
      assert.deepEqual(await effect.read(ID, state({ ...DONE, ruleArn: arn })), { id: ID, props });
    });

    it("shows a rule that is gone as gone", async () => {
      assert.deepEqual(await effect.read(ID, state(DONE)), {});
    });
  });
});
