import { bucketRule } from "../buckets";
import { read } from "../rule";

/** A lock alone keeps nothing: an object is kept for as long as the bucket's default says. */
export const s3ObjectLockRetains = bucketRule({
  name: "s3-object-lock-retains",
  description: "A bucket with Object Lock says for how long nobody can delete what it holds.",
  type: "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  holds: ({ props }) => {
    const retention = read(props, "rule.defaultRetention");
    const length = Number(read(retention, "days") ?? read(retention, "years") ?? 0);
    return read(retention, "mode") === "COMPLIANCE" && length > 0;
  },
  unless: ({ props }) => props["objectLockEnabled"] !== true,
  allowed: "one with a default retention in mode COMPLIANCE, which its owner can't lift either",
});
