import { bucketRule } from "../buckets";

const BLOCKS = [
  "blockPublicAcls",
  "blockPublicPolicy",
  "ignorePublicAcls",
  "restrictPublicBuckets",
];

export const s3BucketBlocksPublicAccess = bucketRule({
  name: "s3-bucket-blocks-public-access",
  description: "Nothing can make a bucket or an object of it public.",
  type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  holds: ({ props }) => BLOCKS.every((block) => props[block] === true),
  allowed: "one with all four of its blocks true",
});
