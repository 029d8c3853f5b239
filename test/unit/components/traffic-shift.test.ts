import assert from "node:assert/strict";
import { TrafficShift } from "../../../components/traffic-shift";
import { declare } from "../mocks";
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
});
