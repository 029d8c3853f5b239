import { items, read, type ResourceRule } from "../rule";

export const clusterInsights: ResourceRule = {
  name: "cluster-insights",
  description: "A cluster has the metrics that alarms and capacity rest on.",
  types: ["aws:ecs/cluster:Cluster"],
  *check({ props }) {
    const setting = items(props["settings"]).find(
      (each) => read(each, "name") === "containerInsights",
    );
    const found = read(setting, "value");
    if (found === "enabled" || found === "enhanced") return;
    yield {
      failed: "containerInsights",
      found,
      allowed: "enabled or enhanced",
      next: 'add settings: [{ name: "containerInsights", value: "enabled" }]',
    };
  },
};
