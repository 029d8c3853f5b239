import { bucketRule } from "../buckets";
import { read } from "../rule";

export const s3BucketVersioned = bucketRule({
  name: "s3-bucket-versioned",
  description: "A bucket keeps what was overwritten and deleted.",
  type: "aws:s3/bucketVersioning:BucketVersioning",
  holds: ({ props }) => read(props, "versioningConfiguration.status") === "Enabled",
  unless: ({ props }) => props["objectLockEnabled"] === true,
  allowed: "one with status Enabled, or Object Lock, which versions by itself",
});
