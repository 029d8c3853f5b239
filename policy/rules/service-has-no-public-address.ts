import { propertyRule } from "../rule";

export const serviceHasNoPublicAddress = propertyRule({
  name: "service-has-no-public-address",
  description: "A service's tasks have no public addresses.",
  types: ["aws:ecs/service:Service"],
  property: "networkConfiguration.assignPublicIp",
  holds: (value) => value !== true,
  allowed: "false",
  next: "set assignPublicIp to false, and give private subnets a NAT gateway or endpoints",
});
