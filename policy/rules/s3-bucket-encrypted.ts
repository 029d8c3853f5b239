import { bucketRule } from "../buckets";
import { read, text } from "../rule";

const ALGORITHM = "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm";

export const s3BucketEncrypted = bucketRule({
  name: "s3-bucket-encrypted",
  description: "A bucket says how its objects are encrypted.",
  type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  holds: ({ props }) => /^(AES256|aws:kms(:dsse)?)$/.test(text(read(props, ALGORITHM))),
  allowed: "one with AES256, aws:kms or aws:kms:dsse",
});
