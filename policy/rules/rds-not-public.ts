import { propertyRule } from "../rule";

export const rdsNotPublic = propertyRule({
  name: "rds-not-public",
  description: "A database has no public address.",
  types: ["aws:rds/clusterInstance:ClusterInstance", "aws:rds/instance:Instance"],
  property: "publiclyAccessible",
  holds: (value) => value !== true,
  allowed: "false",
  next: "leave publiclyAccessible out",
});
