import type { StackResource } from "../../../../policy/rule";
import { type Cases, document, of, type Properties } from "../samples";

const repository = (props: Properties = {}, protect = false) =>
  of("aws:ecr/repository:Repository", props, { protect });
const database = (props: Properties = {}, protect = false) =>
  of("aws:rds/instance:Instance", props, { protect });
const key = (props: Properties = {}) => of("aws:kms/key:Key", props);
const queue = (props: Properties = {}) => of("aws:sqs/queue:Queue", props);
const secret = (props: Properties, protect = true) =>
  of("aws:secretsmanager/secret:Secret", props, { protect });

const BUCKET = of("aws:s3/bucket:Bucket", {}, { name: "ledger" });
/** Another bucket's are no help. */
const beside = (type: string, props: Properties, bucket = BUCKET): StackResource[] => [
  BUCKET,
  of(`aws:s3/${type}`, props, { from: { bucket: [bucket] } }),
];
const elsewhere = of("aws:s3/bucket:Bucket", {}, { name: "other" });

const ENCRYPTION =
  "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const encryption = (sseAlgorithm: string) => ({
  rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm } }],
});
const BLOCK = "bucketPublicAccessBlock:BucketPublicAccessBlock";
const BLOCKED = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};
const VERSIONING = "bucketVersioning:BucketVersioning";
const versioning = (status: string) => ({ versioningConfiguration: { status } });
const locked = (defaultRetention?: Properties) => {
  const bucket = of("aws:s3/bucket:Bucket", { objectLockEnabled: true });
  const type = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";
  return [bucket, of(type, { rule: { defaultRetention } }, { from: { bucket: [bucket] } })];
};
const TLS_ONLY = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: "*",
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const policy = (changes: Properties) =>
  beside("bucketPolicy:BucketPolicy", { policy: document({ ...TLS_ONLY, ...changes }) });

const parameters = (name: string, value: string) =>
  of("aws:rds/parameterGroup:ParameterGroup", {
    parameters: [
      { name, value },
      { name: "log_connections", value: "1" },
    ],
  });
const databaseWith = (group: StackResource) => [
  group,
  of("aws:rds/instance:Instance", {}, { from: { parameterGroupName: [group] } }),
];

export const DATA: Cases = {
  "ecr-repository-encrypted": {
    keeps: {
      "a key of ECR's": repository({ encryptionConfigurations: [{ encryptionType: "AES256" }] }),
      "a key of KMS": repository({ encryptionConfigurations: [{ encryptionType: "KMS" }] }),
    },
    breaks: { "no word of it": [repository(), /encryptionType: found nothing/] },
  },
  "ecr-tags-immutable": {
    keeps: { immutable: repository({ imageTagMutability: "IMMUTABLE" }) },
    breaks: {
      mutable: [repository({ imageTagMutability: "MUTABLE" }), /found "MUTABLE"; allowed: IMMUT/],
      "what AWS takes by itself": [repository(), /found nothing/],
    },
  },
  "ecr-scans-on-push": {
    keeps: { "a scan": repository({ imageScanningConfiguration: { scanOnPush: true } }) },
    breaks: {
      "no scan": [
        repository({ imageScanningConfiguration: { scanOnPush: false } }),
        /scanOnPush: found false/,
      ],
    },
  },
  "rds-encrypted": {
    keeps: {
      encrypted: database({ storageEncrypted: true }),
      "a replica": database({ replicateSourceDb: "orders" }),
    },
    breaks: { "no word of it": [database(), /storageEncrypted: found nothing/] },
  },
  "rds-not-public": {
    keeps: { "no word of it": database() },
    breaks: { public: [database({ publiclyAccessible: true }), /publiclyAccessible: found true/] },
  },
  "rds-backups": {
    keeps: {
      "a week": database({ backupRetentionPeriod: 7 }),
      "a replica": database({ replicateSourceDb: "orders" }),
    },
    breaks: {
      "six days": [database({ backupRetentionPeriod: 6 }), /found 6; allowed: 7 to 35 days/],
      "what AWS takes by itself": [database(), /found nothing/],
    },
  },
  "rds-requires-tls": {
    keeps: {
      "PostgreSQL's parameter": databaseWith(parameters("rds.force_ssl", "1")),
      "MySQL's parameter": databaseWith(parameters("require_secure_transport", "ON")),
    },
    breaks: {
      "the parameter switched off": [databaseWith(parameters("rds.force_ssl", "0")), /"sample"/],
      "another parameter": [databaseWith(parameters("log_statement", "1")), /rds.force_ssl = 1/],
      "no parameter group": [[database()], /parameterGroupName: found \[\]/],
    },
  },
  "sns-topic-encrypted": {
    keeps: { "a key": of("aws:sns/topic:Topic", { kmsMasterKeyId: "alias/alarms" }) },
    breaks: { none: [of("aws:sns/topic:Topic"), /kmsMasterKeyId: found nothing/] },
  },
  "sqs-queue-encrypted": {
    keeps: {
      "what AWS takes by itself": queue(),
      "a key": queue({ kmsMasterKeyId: "alias/queue", sqsManagedSseEnabled: false }),
    },
    breaks: { "switched off": [queue({ sqsManagedSseEnabled: false }), /sqsManagedSseEnabled/] },
  },
  "kms-key-rotates": {
    keeps: {
      rotation: key({ enableKeyRotation: true }),
      "a key that can't": key({ customerMasterKeySpec: "RSA_4096" }),
    },
    breaks: {
      "no word of it": [key(), /enableKeyRotation: found nothing/],
      "no rotation": [
        key({ customerMasterKeySpec: "SYMMETRIC_DEFAULT", enableKeyRotation: false }),
        /found false/,
      ],
    },
  },
  "s3-bucket-encrypted": {
    keeps: {
      "a key of S3's": beside(ENCRYPTION, encryption("AES256")),
      "a key of KMS": beside(ENCRYPTION, encryption("aws:kms")),
      "no bucket": [],
    },
    breaks: {
      nothing: [
        [BUCKET],
        /ledger: BucketServerSideEncryptionConfiguration: found "none .*declare one beside the bucket$/,
      ],
      "one of no bucket of this stack": [
        [BUCKET, of(`aws:s3/${ENCRYPTION}`, encryption("AES256"), { from: { bucket: [] } })],
        /found "none of the bucket"/,
      ],
      "another bucket's": [beside(ENCRYPTION, encryption("AES256"), elsewhere), /ledger/],
      "one that says no algorithm": [beside(ENCRYPTION, { rules: [{}] }), /one with AES256/],
    },
  },
  "s3-bucket-blocks-public-access": {
    keeps: { "all four blocks": beside(BLOCK, BLOCKED) },
    breaks: {
      nothing: [[BUCKET], /BucketPublicAccessBlock: found "none of the/],
      "three of four": [beside(BLOCK, { ...BLOCKED, restrictPublicBuckets: false }), /all four/],
    },
  },
  "s3-bucket-versioned": {
    keeps: {
      versions: beside(VERSIONING, versioning("Enabled")),
      "Object Lock": [of("aws:s3/bucket:Bucket", { objectLockEnabled: true })],
    },
    breaks: {
      nothing: [[BUCKET], /BucketVersioning: found "none of the/],
      suspended: [
        beside(VERSIONING, versioning("Suspended")),
        /one with status Enabled.*; mend it$/,
      ],
    },
  },
  "s3-object-lock-retains": {
    keeps: {
      "a time in days": locked({ mode: "COMPLIANCE", days: 30 }),
      "a time in years": locked({ mode: "COMPLIANCE", years: 1 }),
      "a bucket without a lock": [BUCKET],
    },
    breaks: {
      "no time": [locked(), /BucketObjectLockConfiguration: found "one that does not hold it"/],
      "a time of nothing": [locked({ mode: "COMPLIANCE", days: 0 }), /mode COMPLIANCE/],
      "what its owner can lift": [locked({ mode: "GOVERNANCE", days: 30 }), /mend it$/],
    },
  },
  "s3-bucket-tls-only": {
    keeps: {
      "a refusal": policy({}),
      "a refusal beside leave for one account": beside("bucketPolicy:BucketPolicy", {
        policy: {
          Statement: [
            TLS_ONLY,
            { Effect: "Allow", Principal: { AWS: "1" }, Action: "s3:GetObject" },
          ],
        },
      }),
    },
    breaks: {
      nothing: [[BUCKET], /BucketPolicy: found "none of the/],
      "an allowance in its place": [policy({ Effect: "Allow" }), /denies everybody/],
      "a refusal of some": [policy({ Principal: { AWS: "111111111111" } }), /denies everybody/],
      "a refusal of reading alone": [policy({ Action: "s3:GetObject" }), /denies everybody/],
      "a refusal of TLS": [
        policy({ Condition: { Bool: { "aws:SecureTransport": "true" } } }),
        /denies everybody/,
      ],
    },
  },
  "protected-is-kept": {
    keeps: {
      "what is not protected": secret({ recoveryWindowInDays: 0 }, false),
      "a secret with a way back": secret({ recoveryWindowInDays: 30 }),
      "a database": database({ deletionProtection: true }, true),
      "a repository": repository({ forceDelete: false }, true),
    },
    breaks: {
      "a secret that is gone at once": [secret({ recoveryWindowInDays: 0 }), /recoveryWindow/],
      "a repository that is emptied": [
        repository({ forceDelete: true }, true),
        /forceDelete: true/,
      ],
      "a bucket that is emptied": [
        of("aws:s3/bucket:Bucket", { forceDestroy: true }, { protect: true }),
        /forceDestroy: true/,
      ],
      "a database without protection": [database({}, true), /deletionProtection: not true/],
      "a database without a last snapshot": [
        database({ deletionProtection: true, skipFinalSnapshot: true }, true),
        /skipFinalSnapshot: true/,
      ],
      "a load balancer without protection": [
        of("aws:lb/loadBalancer:LoadBalancer", {}, { protect: true }),
        /enableDeletionProtection: not true/,
      ],
    },
  },
};
