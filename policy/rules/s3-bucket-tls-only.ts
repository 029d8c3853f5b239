import { bucketRule } from "../buckets";
import { statementsOf } from "../iam-document";
import { read } from "../rule";

export const s3BucketTlsOnly = bucketRule({
  name: "s3-bucket-tls-only",
  description: "A bucket answers over TLS alone.",
  type: "aws:s3/bucketPolicy:BucketPolicy",
  holds: ({ props }) =>
    statementsOf(props["policy"]).some(
      ({ effect, actions, principals, condition }) =>
        effect === "Deny" &&
        actions.includes("s3:*") &&
        principals.includes("*") &&
        String(read(condition, "Bool.aws:SecureTransport")) === "false",
    ),
  allowed: "one that denies everybody s3:* where aws:SecureTransport is false",
});
