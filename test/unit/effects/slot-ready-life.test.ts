import assert from "node:assert/strict";
import { effect, type SlotReadyInputs } from "../../../effects/slot-ready";
import { INPUTS } from "./slot-ready-sample";
import { StubAws } from "./stub-aws";

describe("the proof of a slot, as a resource", () => {
  let aws: StubAws;
  beforeEach(() => {
    aws = new StubAws({});
  });
  afterEach(() => {
    aws.restore();
  });

  it("is given again for whatever it is a proof of, and for nothing else", async () => {
    const changes = async (change: Partial<SlotReadyInputs>): Promise<boolean | undefined> =>
      (await effect.diff("web-green", INPUTS, { ...INPUTS, ...change })).changes;
    for (const change of [
      { taskDefinitionArn: "arn:task:3" },
      { serviceName: "other" },
      { clusterArn: "other" },
      { targetGroupArn: "other" },
      { tasks: 3 },
    ])
      assert.equal(await changes(change), true, Object.keys(change)[0]);
    for (const change of [{}, { timeoutSeconds: 99 }, { logGroup: "other" }])
      assert.equal(await changes(change), false, Object.keys(change)[0]);
  });

  it("leaves nothing behind", async () => {
    await effect.delete("web-green", INPUTS);
    assert.deepEqual(await effect.read("web-green", INPUTS), { id: "web-green", props: INPUTS });
    assert.deepEqual(aws.calls, []);
  });
});
