import assert from "node:assert/strict";
import { Cluster } from "../../../components/cluster";
import { arnOf } from "../mock-outputs";
import { declare, valueOf } from "../mocks";

describe("Cluster", () => {
  it("is an ECS cluster with Container Insights", async () => {
    const { made, graph } = await declare(() => new Cluster("app"));
    assert.equal(
      graph.outline,
      `
switchyard:cluster:Cluster app
  aws:ecs/cluster:Cluster app`.trim(),
    );
    const { inputs } = graph.get("aws:ecs/cluster:Cluster", "app");
    assert.deepEqual(inputs, { settings: [{ name: "containerInsights", value: "enabled" }] });
    const arn = arnOf("aws:ecs/cluster:Cluster", "app");
    assert.equal(await valueOf(made.arn), arn);
    assert.deepEqual(graph.get("switchyard:cluster:Cluster", "app").outputs, { arn });
  });
});
