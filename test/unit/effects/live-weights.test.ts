import assert from "node:assert/strict";
import { readWeights } from "../../../effects/live-weights";
import type { StoredShift } from "../../../release/stored-shifts";
import { FakeBalancer, RULE } from "./fake-balancer";
import { awsError, StubAws } from "./stub-aws";

const shift = (ruleArn: string): StoredShift => ({
  ruleArn,
  rule: { ...RULE, paths: [...RULE.paths] },
  proven: [],
});

describe("readWeights", () => {
  let balancer: FakeBalancer;
  let aws: StubAws;
  beforeEach(() => {
    balancer = new FakeBalancer();
    aws = new StubAws(balancer.answers);
  });
  afterEach(() => {
    aws.restore();
  });

  it("reads all rules of a listener in one call, and tells of one that is gone", async () => {
    const web = balancer.withRule({ blue: 30, green: 70 });
    const api = balancer.withRule({ blue: 100, green: 0 });
    const found = await readWeights({ web: shift(web), api: shift(api), old: shift("arn:gone") });
    assert.deepEqual(found, {
      web: { blue: 30, green: 70, isForeign: false },
      api: { blue: 100, green: 0, isForeign: false },
      old: null,
    });
    assert.deepEqual(aws.commands, ["DescribeRules"]);
  });

  it("sees a third target group", async () => {
    const groups = [
      { TargetGroupArn: RULE.blueTargetGroupArn, Weight: 100 },
      { TargetGroupArn: "arn:third", Weight: 1 },
    ];
    const web = balancer.withRule({ blue: 100, green: 0 }, { groups });
    const found = await readWeights({ web: shift(web) });
    assert.deepEqual(found["web"], { blue: 100, green: 0, isForeign: true });
  });

  it("says why it could not, and takes a listener that it may not see for no answer", async () => {
    aws.on("DescribeRules", () => {
      throw awsError("ListenerNotFoundException", "one or more listeners not found");
    });
    await assert.rejects(readWeights({ web: shift("arn:rule:1") }), {
      message:
        "reading the live weights: one or more listeners not found (ListenerNotFoundException)",
    });
    aws.on("DescribeRules", () => {
      throw awsError("CredentialsProviderError");
    });
    await assert.rejects(
      readWeights({ web: shift("arn:rule:1") }),
      /no AWS credentials were found/,
    );
  });

  it("asks nobody where there is no rule", async () => {
    assert.deepEqual(await readWeights({}), {});
    assert.deepEqual(aws.commands, []);
  });
});
