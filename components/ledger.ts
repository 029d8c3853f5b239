import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import { ledgerBucket } from "../release/ledger/bucket-name";
import { CHAIN, ENTRIES } from "../release/ledger/keys";
import type { StackPlace } from "./place";

export interface LedgerArgs {
  readonly place: StackPlace;
  /** How long nobody can take an entry away, in days. */
  readonly retentionDays: number;
  /** Accounts whose stacks decide by what this ledger says: they may read it. */
  readonly readers: readonly string[];
}

/**
 * Where it is written down what happened to which release: a bucket in which nothing is ever overwritten or deleted, and whose
 * entries are in the names of those who wrote them. It outlives the stack: `pulumi destroy` leaves it, for what is locked can't go.
 */
export class Ledger extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<string>;

  constructor(name: string, args: LedgerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:release:Ledger", name, {}, opts);
    const { project, prefix, accountId } = args.place;
    const stack = prefix.slice(project.length + 1);
    const bucket = new s3.Bucket(
      name,
      { bucket: ledgerBucket(project, stack, accountId), objectLockEnabled: true },
      { parent: this, retainOnDelete: true },
    );
    const settled = [this.lock(name, bucket, args), ...this.close(name, bucket)];
    const policy = new s3.BucketPolicy(
      name,
      { bucket: bucket.id, policy: bucket.arn.apply((arn) => JSON.stringify(policyOf(arn, args))) },
      { parent: this, retainOnDelete: true, dependsOn: settled },
    );
    // Whoever writes waits for the policy.
    this.bucket = pulumi.all([bucket.bucket, policy.id]).apply(([known]) => known);
    this.registerOutputs({ bucket: this.bucket });
  }

  /** Object Lock keeps versions, and turns them on: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-configure.html */
  private lock(name: string, bucket: s3.Bucket, { retentionDays }: LedgerArgs): pulumi.Resource {
    return new s3.BucketObjectLockConfiguration(
      name,
      {
        bucket: bucket.id,
        rule: { defaultRetention: { mode: "COMPLIANCE", days: retentionDays } },
      },
      { parent: this, retainOnDelete: true },
    );
  }

  /** Nothing of it is public, whatever a policy says; S3's own key encrypts it. Lists of access are off, as in every new bucket. */
  private close(name: string, bucket: s3.Bucket): pulumi.Resource[] {
    const options = { parent: this, retainOnDelete: true };
    return [
      new s3.BucketPublicAccessBlock(
        name,
        {
          bucket: bucket.id,
          blockPublicAcls: true,
          blockPublicPolicy: true,
          ignorePublicAcls: true,
          restrictPublicBuckets: true,
        },
        options,
      ),
      new s3.BucketServerSideEncryptionConfiguration(
        name,
        {
          bucket: bucket.id,
          rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
        },
        options,
      ),
    ];
  }
}

interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal: "*" | { readonly AWS: readonly string[] };
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What S3 refuses to everybody, whatever else they may do, and what it lets the readers do. */
function policyOf(arn: string, { readers }: LedgerArgs): object {
  const everybody = { Effect: "Deny", Principal: "*" } as const;
  const statements: Statement[] = [
    {
      Sid: "InTheClear",
      ...everybody,
      Action: "s3:*",
      Resource: [arn, `${arn}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    {
      Sid: "Delete",
      ...everybody,
      Action: ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"],
      Resource: `${arn}/*`,
    },
    {
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
      Sid: "Overwrite",
      ...everybody,
      Action: "s3:PutObject",
      Resource: `${arn}/*`,
      Condition: { Null: { "s3:if-none-match": "true" } },
    },
    {
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
      Sid: "WriteInAnotherName",
      ...everybody,
      Action: "s3:PutObject",
      NotResource: [`${arn}/${CHAIN}*`, `${arn}/${ENTRIES}*/\${aws:userid}/*`],
    },
  ];
  if (readers.length > 0)
    statements.push({
      Sid: "Read",
      Effect: "Allow",
      Principal: { AWS: readers.map((account) => `arn:aws:iam::${account}:root`) },
      Action: ["s3:ListBucketVersions", "s3:GetObject", "s3:GetObjectVersion"],
      Resource: [arn, `${arn}/*`],
    });
  return { Version: "2012-10-17", Statement: statements };
}
