import type { Gate } from "../release/gate/gate";
import type { RehearsalSettings } from "../release/rehearsal/evidence";
import type { PinnedRelease } from "../release/release";
import type { ScanSettings } from "../release/scan/scan-settings";
import type { ServiceSettings } from "./service-types";

export * from "./service-types";

/** Where tasks reach the internet from: not at all, through one gateway, or through one a zone. */
export type Nat = "none" | "single" | "perZone";
/** AWS services that private subnets can reach without the internet. */
export type Endpoint = "ecr" | "s3" | "logs" | "secretsmanager";

/** Who takes on a role. */
export interface RoleTrust {
  /** ARNs of roles, users, or an account's root. @default [] */
  readonly from: readonly string[];
  /** Subjects of tokens that GitHub gives to its jobs, `repo:OWNER/REPOSITORY:environment:NAME`. @default [] */
  readonly github: readonly string[];
}

/** Roles to work on a stack by; one that nobody takes on is not made. */
export interface DeployRolesSettings {
  /** Reads: preview, plan, refresh, status. */
  readonly plan: RoleTrust;
  /** Delivers, and goes back. Nothing of what a delivery stands on is its to change. */
  readonly deploy: RoleTrust;
  /** Approves, freezes, overrides: users alone, each by their own name. */
  readonly approve: Pick<RoleTrust, "from">;
  /** Reads the ledger, and these roles. */
  readonly audit: RoleTrust;
}

/** The VPC of the stack. */
export interface NetworkSettings {
  /** IPv4 block, /16 to /24, from a private range. */
  readonly cidr: string;
  /** Two or more availability zones of the region. Append only: a zone's place gives its subnets. */
  readonly zones: readonly string[];
  /** `single` costs one gateway, `perZone` survives the loss of a zone. @default "single" */
  readonly nat: Nat;
  /** Interface endpoints cost by the hour and zone, `s3` is free. @default [] */
  readonly endpoints: readonly Endpoint[];
  /** Blocks in use where this network may be connected to, which it must not overlap. @default [] */
  readonly reserved: readonly string[];
}

/** Public name of the stack; turns on HTTPS, its certificate, its record and the redirect to it. */
export interface DomainSettings {
  /** For example `app.example.com`; 64 characters at most. */
  readonly name: string;
  /** Route 53 public hosted zone that holds the name. */
  readonly zone: string;
}

/** A secret that the program makes. A higher version makes a new value, and so a new revision. */
export interface GeneratedSecretSettings {
  /** `length` in characters, 16 to 128. @default 32 */
  readonly generate: { readonly length: number };
  /** 1 or more. @default 1 */
  readonly version: number;
}

/** A secret that someone else issues: the program makes the container, its value is put in by hand. */
export interface ExternalSecretSettings {
  readonly external: true;
  /** VersionId to use. @default the one that is current when the stack first needs it, and that one from then on */
  readonly versionId?: string;
}

export type SecretSettings = GeneratedSecretSettings | ExternalSecretSettings;

/** A stack's configuration: read once, validated, frozen, overrides merged in, defaults filled in. */
export interface Settings {
  /** `aws:region`. */
  readonly region: string;
  /** The one account that this stack may touch, `aws:allowedAccountIds`. */
  readonly accountId: string;
  readonly network: NetworkSettings;
  /** @default none: plain HTTP at the load balancer's own name */
  readonly domain?: DomainSettings;
  /** Whether this stack builds images. @default false */
  readonly build: boolean;
  /** Pinned release; wins over `build`. At least one of the two is there. @default none */
  readonly release?: PinnedRelease;
  readonly secrets: Readonly<Record<string, SecretSettings>>;
  /** By name, one or more. */
  readonly services: Readonly<Record<string, ServiceSettings>>;
  /** A retention that CloudWatch Logs has. @default 30 */
  readonly logRetentionDays: number;
  /** How long nobody can take an entry out of the ledger, in days. @default 365 */
  readonly ledgerRetentionDays: number;
  /** Keeps the stateful parts from being deleted. @default false */
  readonly protect: boolean;
  /** Accounts that may pull this stack's images and read its ledger: those that its releases are promoted to. @default [] */
  readonly sharedWith: readonly string[];
  /** What must hold before a release that is new here is delivered. @default nothing */
  readonly gate?: Gate;
  /** How each delivery here rehearses its rollback. @default not at all */
  readonly rehearsal?: RehearsalSettings;
  /** What may be found in images that this stack builds. @default whatever is less than high, by advisories that are packages */
  readonly scan: ScanSettings;
  /** Who may work on this stack, and as what. @default the program makes no roles for that */
  readonly deployRoles?: DeployRolesSettings;
  /** On every resource. @default {} */
  readonly tags: Readonly<Record<string, string>>;
}
