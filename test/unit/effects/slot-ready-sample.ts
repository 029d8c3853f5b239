import type { SlotReadyInputs } from "../../../effects/slot-ready";

export const INPUTS: SlotReadyInputs = {
  region: "us-east-1",
  service: "web",
  slot: "green",
  clusterArn: "arn:cluster",
  serviceName: "web-green",
  taskDefinitionArn: "arn:task:2",
  targetGroupArn: "arn:target-group",
  containerName: "web",
  logGroup: "web-logs",
  logStreamPrefix: "web-green",
  tasks: 2,
  drainSeconds: 5,
  timeoutSeconds: 10,
};
