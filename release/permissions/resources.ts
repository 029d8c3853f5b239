import { CHAIN, ENTRIES, SBOMS } from "../ledger/keys";
import { alertTopic } from "../alert-topic";
import { repositoryName } from "../release";
import { folderOf, ROLE_NAMES, type RoleName, roleName, WRITTEN_BY } from "./roles";

/** The stack that releases are proven in, where it is another one. */
export interface Proving {
  readonly accountId: string;
  readonly region: string;
  /** Bucket of its ledger, where a gate asks it. */
  readonly ledger?: string;
}

/** What the roles of a stack are about: everything in a policy that is the stack's own. */
export interface Territory {
  /** `aws`, or that of a region apart. */
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly project: string;
  readonly stack: string;
  /** `PROJECT-STACK`. */
  readonly prefix: string;
  readonly services: readonly string[];
  readonly secrets: readonly string[];
  /** Bucket of the stack's own ledger. */
  readonly ledger: string;
  readonly proving?: Proving;
}

/** AWS's unique id of the caller and its session: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
const OWN_NAME = "${aws:userid}";

/**
 * What actions are granted on, as AWS names it in policies, by the name that the program gives it and the ending that Pulumi adds.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function resourcesOf(territory: Territory) {
  const { partition, region, accountId, project, stack, prefix, services, secrets } = territory;
  const { ledger, proving } = territory;
  const own = (service: string, resource: string): string =>
    `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
  const role = (name: string): string => `arn:${partition}:iam::${accountId}:role/${name}`;
  const bucket = (name: string): string => `arn:${partition}:s3:::${name}`;
  const written = (by: RoleName): string[] => [
    `${bucket(ledger)}/${CHAIN}*`,
    ...WRITTEN_BY[by].map(
      (kind) => `${bucket(ledger)}/${ENTRIES}${folderOf(kind)}/*/${OWN_NAME}/*`,
    ),
  ];
  const provenLedger = proving?.ledger === undefined ? [] : [bucket(proving.ledger)];
  return {
    /** What AWS knows no resource for, or what only tells what there is. */
    anything: ["*"],
    services: [own("ecs", `service/${project}-*/*`)],
    clusters: [own("ecs", `cluster/${project}-*`)],
    tasks: [own("ecs", `task/${project}-*/*`)],
    taskDefinitions: [own("ecs", `task-definition/${prefix}-*`)],
    serviceRoles: services.flatMap((name) => [role(`${name}-execution-*`), role(`${name}-task-*`)]),
    deployRoles: ROLE_NAMES.map((name) => role(roleName(prefix, name))),
    deployPolicies: ROLE_NAMES.map(
      (name) => `arn:${partition}:iam::${accountId}:policy/${roleName(prefix, name)}-*`,
    ),
    scalingRole: [
      role("aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRole*"),
    ],
    rules: [own("elasticloadbalancing", `listener-rule/app/${project}-*`)],
    targetGroups: services.map((name) => own("elasticloadbalancing", `targetgroup/${name}-*`)),
    alarms: [own("cloudwatch", `alarm:${prefix}-*`)],
    anyAlarms: [own("cloudwatch", "alarm:*")],
    topic: [own("sns", alertTopic(project, stack))],
    /** AWS makes their ids: nothing tells them from another's in the account. */
    scalableTargets: [own("application-autoscaling", "scalable-target/*")],
    repositories: services.map((name) => own("ecr", `repository/${repositoryName(project, name)}`)),
    provenRepositories:
      proving === undefined
        ? []
        : services.map(
            (name) =>
              `arn:${partition}:ecr:${proving.region}:${proving.accountId}:repository/${repositoryName(project, name)}`,
          ),
    secrets: secrets.map((name) => own("secretsmanager", `secret:${name}-*`)),
    logGroups: services.map((name) => own("logs", `log-group:${name}-*`)),
    ledger: [bucket(ledger)],
    entries: [`${bucket(ledger)}/*`],
    deployed: written("deploy"),
    sboms: [`${bucket(ledger)}/${SBOMS}*/${OWN_NAME}/*`],
    approved: written("approve"),
    provenLedger,
    provenEntries: provenLedger.map((arn) => `${arn}/*`),
  } as const satisfies Record<string, readonly string[]>;
}

export type ResourceName = keyof ReturnType<typeof resourcesOf>;
