import { getPartition } from "@pulumi/aws/getPartition";
import * as pulumi from "@pulumi/pulumi";
import { registryOf } from "../release/release";
import type { Settings } from "../settings/types";

/** How AWS is called beside the provider: as the provider itself calls it. */
export interface AwsPlace {
  readonly region: string;
  /** Named profile, from `aws:profile`. @default the environment's credentials */
  readonly profile?: string;
}

/** Where a stack is, and what its things are called there. */
export interface StackPlace {
  readonly project: string;
  readonly stack: string;
  readonly aws: AwsPlace;
  readonly accountId: string;
  /** The stack's own registry, `ACCOUNT.dkr.ecr.REGION.amazonaws.com`. */
  readonly registry: string;
  /** `aws`, or the partition of a region apart, such as `aws-cn`. Asking for it starts the AWS plugin,
   * which takes a second or two, while the program is still deciding. */
  readonly partition: pulumi.Input<string>;
  /** Begins names that must be unique in an account and that Pulumi does not make so. */
  readonly prefix: string;
}

export function stackPlace(settings: Settings): StackPlace {
  const { accountId, region } = settings;
  const project = pulumi.getProject();
  const stack = pulumi.getStack();
  const profile = new pulumi.Config("aws").get("profile");
  return {
    project,
    stack,
    aws: { region, ...(profile !== undefined && { profile }) },
    accountId,
    registry: registryOf(accountId, region),
    partition: pulumi.output(askPartition(accountId)),
    prefix: `${project}-${stack}`,
  };
}

/** The first thing that AWS is asked, and so where it says that it does not know the credentials. */
async function askPartition(accountId: string): Promise<string> {
  try {
    return (await getPartition()).partition;
  } catch {
    throw new pulumi.RunError(
      `AWS was not reached as account ${accountId} (aws:allowedAccountIds), for the reason that the AWS provider gives: ` +
        "use credentials of that account (AWS_PROFILE, aws:profile, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), " +
        "or log in again where a session has expired",
    );
  }
}
