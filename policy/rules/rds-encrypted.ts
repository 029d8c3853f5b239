import { propertyRule } from "../rule";

/** A replica is encrypted as its source is. */

export const rdsEncrypted = propertyRule({
  name: "rds-encrypted",
  description: "A database is encrypted.",
  types: ["aws:rds/cluster:Cluster", "aws:rds/instance:Instance"],
  property: "storageEncrypted",
  holds: (value) => value === true,
  when: ({ props }) => props["replicateSourceDb"] === undefined,
  allowed: "true",
  next: "set storageEncrypted; a database that is there is encrypted by way of a snapshot",
});
