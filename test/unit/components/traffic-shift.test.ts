import assert from "node:assert/strict";
import { passedBy, TrafficShift } from "../../../components/traffic-shift";
import type { PassedTest } from "../../../release/passed-test";
import { declare, valueOf } from "../mocks";
import { TRAFFIC } from "../effects/fake-balancer";

describe("TrafficShift", () => {
  it("is one resource for all services, and names the rule, the target groups and the live slot of each", async () => {
    const api = { ...TRAFFIC, service: "api", priority: 8 };
    const args = {
      region: "us-east-1",
      services: { web: { traffic: TRAFFIC, proofs: [] }, api: { traffic: api, proofs: [] } },
    };
    const { graph } = await declare(() => new TrafficShift("sample", args));
    assert.equal(graph.outline, "pulumi-nodejs:dynamic/switchyard:TrafficShift sample");
    const shift = graph.get("pulumi-nodejs:dynamic/switchyard:TrafficShift", "sample");
    assert.deepEqual(shift.inputs, {
      region: "us-east-1",
      services: { web: TRAFFIC, api },
      workers: {},
    });
  });

  it("takes nothing for passed before it is done, so that no plan is bound to that", async () => {
    const args = { region: "us-east-1", services: { web: { traffic: TRAFFIC, proofs: [] } } };
    const passed = async (preview: boolean): Promise<unknown> => {
      const { made } = await declare(() => new TrafficShift("sample", args), { preview });
      const { isKnown } = made.passed as unknown as { isKnown: Promise<boolean> };
      return (await isKnown) ? valueOf(made.passed) : "not known";
    };
    assert.equal(await passed(true), "not known");
    assert.deepEqual(await passed(false), {});
  });

  it("knows what has passed an acceptance test of the version that is live, and of no other", () => {
    const [first, second] = ["arn:task:1", "arn:task:2"].map((taskDefinitionArn) => ({
      taskDefinitionArn,
      task: "arn:task/1",
      environment: {},
    })) as [PassedTest, PassedTest];
    const switched = { image: "one/web@1", live: "blue", taskDefinitionArn: "arn:task:1" } as const;
    assert.equal(passedBy(switched, { blue: first, green: second }), first);
    for (const accepted of [undefined, {}, { green: first }, { blue: second }])
      assert.equal(passedBy(switched, accepted), undefined);
  });
});
