import assert from "node:assert/strict";
import { TrafficShift } from "../../../components/traffic-shift";
import { declare, valueOf } from "../mocks";

describe("TrafficShift", () => {
  it("is one resource that names the rule, both target groups and the live slot", async () => {
    const args = {
      region: "us-east-1",
      service: "web",
      listenerArn: "arn:listener",
      priority: 7,
      paths: ["/*"],
      blueTargetGroupArn: "arn:blue",
      greenTargetGroupArn: "arn:green",
      live: "green",
      taskDefinitionArn: "arn:task:2",
      clusterArn: "arn:cluster",
      serviceName: "web-green",
      readyTimeoutSeconds: 300,
      minimumHealthyTargets: 2,
      steps: [{ percent: 10, pauseSeconds: 60 }],
      bakeSeconds: 300,
      alarms: ["web-failed"],
      watch: ["mine"],
    } as const;
    const { made, graph } = await declare(() => new TrafficShift("web", args));
    assert.equal(graph.outline, "pulumi-nodejs:dynamic/switchyard:TrafficShift web");
    const shift = graph.get("pulumi-nodejs:dynamic/switchyard:TrafficShift", "web");
    assert.deepEqual(shift.inputs, args);
    assert.deepEqual(await valueOf(made.weights), { blue: 100, green: 0 });
  });
});
