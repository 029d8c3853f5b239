import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { ledgerBucket } from "../release/ledger/bucket-name";
import { policiesOf } from "../release/permissions/policy";
import type { Proving, Territory } from "../release/permissions/resources";
import { ROLE_NAMES, roleName, type RoleName } from "../release/permissions/roles";
import { GRANTS } from "../release/permissions/table";
import { type Trust, trustPolicy } from "../release/permissions/trust";
import type { DeployRolesSettings, Settings } from "../settings/types";
import type { StackPlace } from "./place";

export interface DeployRolesArgs {
  readonly place: StackPlace;
  /** Who takes on which role. One that nobody takes on is not made. */
  readonly settings: DeployRolesSettings;
  /** What the roles are about, but for the region's partition. */
  readonly territory: Omit<Territory, "partition">;
}

/** How long a session may last where a person or a job takes the role on directly, in seconds. */
const SESSION_SECONDS: Readonly<Record<RoleName, number>> = {
  plan: 3600,
  // As long as a gate leaves a release to be finished.
  deploy: 4 * 3600,
  approve: 3600,
  audit: 3600,
};

/**
 * Roles by which a stack is worked on, each with what was measured that its work asks for. None of them may change what anybody may
 * do, themselves least of all: they are made, and changed, by an update of the account's administrator.
 */
export class DeployRoles extends pulumi.ComponentResource {
  /** By the role's name; none of a role that nobody takes on. */
  readonly arns: Readonly<Partial<Record<RoleName, pulumi.Output<string>>>>;

  constructor(name: string, args: DeployRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:release:DeployRoles", name, {}, opts);
    const taken = rolesMade(args.settings);
    this.arns = Object.fromEntries(
      taken.map((role) => [role, this.createRole(name, role, args).arn]),
    );
    this.registerOutputs({ arns: this.arns });
  }

  private createRole(name: string, role: RoleName, args: DeployRolesArgs): iam.Role {
    const { place, settings, territory } = args;
    const partition = pulumi.output(place.partition);
    const physical = roleName(place.prefix, role);
    const made = new iam.Role(
      `${name}-${role}`,
      {
        name: physical,
        maxSessionDuration: SESSION_SECONDS[role],
        assumeRolePolicy: partition.apply((known) =>
          trustPolicy(settings[role], place.accountId, known),
        ),
      },
      { parent: this },
    );
    // How many there are does not hang on the partition's name: it is asked of one as long as any.
    const { length } = policiesOf(role, GRANTS, { ...territory, partition: LONGEST_PARTITION });
    for (const index of Array.from({ length }).keys()) {
      const number = `${name}-${role}-${index + 1}`;
      const document = partition.apply(
        (known) => policiesOf(role, GRANTS, { ...territory, partition: known })[index] ?? NOTHING,
      );
      const policy = new iam.Policy(
        number,
        { name: `${physical}-${index + 1}`, policy: document },
        { parent: this },
      );
      new iam.RolePolicyAttachment(
        number,
        { role: made.name, policyArn: policy.arn },
        { parent: this },
      );
    }
    return made;
  }
}

const LONGEST_PARTITION = "aws-us-gov";

/** Policies must say something. */
const NOTHING = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Action: "iam:PassRole", Resource: "*" }],
});

/** Roles that somebody takes on. */
export const rolesMade = (settings: DeployRolesSettings | undefined): readonly RoleName[] =>
  ROLE_NAMES.filter((role) => {
    const { from = [], github = [] }: Partial<Trust> = settings?.[role] ?? {};
    return from.length + github.length > 0;
  });

/**
 * The stack's roles, where the settings say who takes them on.
 *
 * @param secrets names of the secrets that the stack keeps
 */
export function declareRoles(
  place: StackPlace,
  settings: Settings,
  secrets: readonly string[],
): DeployRoles | undefined {
  const { deployRoles } = settings;
  if (deployRoles === undefined) return undefined;
  const { project, stack, accountId, prefix } = place;
  const proving = provingOf(place, settings);
  const territory = {
    region: place.aws.region,
    accountId,
    project,
    stack,
    prefix,
    services: Object.keys(settings.services).sort(),
    secrets: [...secrets].sort(),
    ledger: ledgerBucket(project, stack, accountId),
    ...(proving && { proving }),
  };
  return new DeployRoles(project, { place, settings: deployRoles, territory });
}

/** Where the images that the stack runs were built, and the ledger that its gate asks. */
function provingOf(place: StackPlace, { gate, release }: Settings): Proving | undefined {
  if (gate !== undefined) {
    const { stack, accountId, region } = gate.provenIn;
    return { accountId, region, ledger: ledgerBucket(place.project, stack, accountId) };
  }
  const [, accountId, region] =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\./.exec(release?.registry ?? "") ?? [];
  if (accountId === undefined || region === undefined || accountId === place.accountId)
    return undefined;
  return { accountId, region };
}
