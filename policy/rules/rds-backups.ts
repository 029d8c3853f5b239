import { propertyRule } from "../rule";

/** A mistake of Friday is found on Monday, and holidays are longer. */
const LEAST_DAYS = 7;

export const rdsBackups = propertyRule({
  name: "rds-backups",
  description: "A database can be put back to any moment of the last week.",
  types: ["aws:rds/cluster:Cluster", "aws:rds/instance:Instance"],
  property: "backupRetentionPeriod",
  holds: (value) => typeof value === "number" && value >= LEAST_DAYS,
  when: ({ props }) => props["replicateSourceDb"] === undefined,
  allowed: "7 to 35 days",
  next: "set backupRetentionPeriod",
});
