import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import { ledgerBucket } from "../release/ledger/bucket-name";
import { ledgerPolicy, type Speakers } from "../release/ledger/bucket-policy";
import { speakersOf } from "../release/gate/speakers";
import { type RoleName, roleName } from "../release/permissions/roles";
import type { Settings } from "../settings/types";
import type { Admission } from "./admission";
import { rolesMade } from "./deploy-roles";
import type { StackPlace } from "./place";

export interface LedgerArgs {
  readonly place: StackPlace;
  /** How long nobody can take an entry away, in days. */
  readonly retentionDays: number;
  /** Accounts whose stacks decide by what this ledger says: they may read it. */
  readonly readers: readonly string[];
  /** Whether its bucket is there: that of a stack which was destroyed and is made again, and goes on with its ledger. */
  readonly isThere: boolean;
  /** The stack's own roles: each writes what is its to say. @default none */
  readonly roles?: readonly RoleName[];
  /** Who may let a release in, beside the role that approves. @default whoever may write there */
  readonly speakers?: Speakers;
}

/** The ledger of a stack, as its settings have it. */
export function stackLedger(place: StackPlace, settings: Settings, admission: Admission): Ledger {
  const { ledgerRetentionDays: retentionDays, sharedWith: readers } = settings;
  const { hasLedger: isThere, gate } = admission;
  const roles = rolesMade(settings.deployRoles);
  const speakers = gate ? speakersOf(gate) : {};
  return new Ledger(place.project, { place, retentionDays, readers, isThere, roles, speakers });
}

/**
 * Where it is written down what happened to which release: a bucket in which nothing is ever overwritten or deleted, and whose
 * entries are in the names of those who wrote them. It outlives the stack: `pulumi destroy` leaves it, for what is locked can't go.
 */
export class Ledger extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<string>;

  constructor(name: string, args: LedgerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:release:Ledger", name, {}, opts);
    const { project, stack, accountId } = args.place;
    const bucketName = ledgerBucket(project, stack, accountId);
    const bucket = new s3.Bucket(
      name,
      { bucket: bucketName, objectLockEnabled: true },
      // Of a bucket that the stack knows as its own, Pulumi takes no notice of `import`.
      { parent: this, retainOnDelete: true, ...(args.isThere && { import: bucketName }) },
    );
    const settled = [this.lock(name, bucket, args), ...this.close(name, bucket)];
    const policy = new s3.BucketPolicy(
      name,
      {
        bucket: bucket.id,
        policy: pulumi.all([bucket.arn, args.place.partition]).apply(([arn, partition]) => {
          const readers = args.readers.map((account) => `arn:${partition}:iam::${account}:root`);
          return JSON.stringify(
            ledgerPolicy(arn, readers, roleArns(args, partition), args.speakers),
          );
        }),
      },
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

const roleArns = (
  { place, roles = [] }: LedgerArgs,
  partition: string,
): Partial<Record<RoleName, string>> =>
  Object.fromEntries(
    roles.map((role) => [
      role,
      `arn:${partition}:iam::${place.accountId}:role/${roleName(place.prefix, role)}`,
    ]),
  );
