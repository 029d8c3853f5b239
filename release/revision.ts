import { isDeepStrictEqual } from "node:util";
import {
  type HttpServiceSettings,
  isWorker,
  type SecretSettings,
  type ServiceSettings,
} from "../settings/types";

/** A version of a secret that a revision is bound to. Never its value. */
export interface RecordedSecret {
  /** Name in the settings' `secrets`. */
  readonly name: string;
  /** Number in the settings; 0 for an external secret, whose VersionId alone tells its versions apart. */
  readonly version: number;
  readonly arn: string;
  readonly versionId: string;
}

/** A secret as wanted: its VersionId may not exist yet. */
export interface DesiredSecret {
  readonly name: string;
  readonly version: number;
  /** Counts where it is given, for example because the settings pin it. */
  readonly versionId?: string;
}

/** The container's own health check, by which ECS replaces a task that hangs. */
export interface ContainerHealthCheck {
  /** For example `["CMD", "/nodejs/bin/node", "/app/server.js", "--healthcheck"]`. */
  readonly command: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly startPeriodSeconds: number;
}

/** How the load balancer checks a slot's targets. */
export interface TargetChecks {
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

/** What a recorded and a desired revision have in common. */
export interface RevisionBase {
  readonly service: string;
  /** Content tag of the image; absent where the image came by digest. */
  readonly tag?: string;
  /** Plain environment from the settings, without the names that the program gives itself. */
  readonly environment: Readonly<Record<string, string>>;
  /** CPU units: 1024 are one vCPU. */
  readonly cpu: number;
  readonly memoryMiB: number;
  /** Absent of a worker, whose record is told by it from an HTTP service's. */
  readonly port?: number;
  /** Replaces the command of the image; absent: the image's own. */
  readonly command?: readonly string[];
  readonly healthCheck: ContainerHealthCheck;
  /** A version brings its own: another path must not be asked of the one that is live. Absent of a worker. */
  readonly targets?: TargetChecks;
  readonly stopTimeoutSeconds: number;
}

/**
 * The immutable content of a slot: everything its task definition is generated from, and no secret
 * value. It is exported by the stack and declared again from there.
 */
export interface Revision extends RevisionBase {
  /** Id of the release that brought this revision here. */
  readonly release: string;
  /** Image reference by digest: `registry/repository@sha256:...`. */
  readonly image: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  /** By the name of the environment variable that carries it. */
  readonly secrets: Readonly<Record<string, RecordedSecret>>;
}

/** A revision as the settings want it: of an image still to be built only the tag is known. */
export interface DesiredRevision extends RevisionBase {
  readonly digest?: string;
  readonly secrets: Readonly<Record<string, DesiredSecret>>;
}

/** Whether a revision is a worker's: nobody connects to it, so it has no port. */
export const isWorkerRevision = ({ port }: RevisionBase): boolean => port === undefined;

/** The image that a revision is to run: one of the two names must be known. */
export interface DesiredImage {
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

/**
 * Finds a container that hangs. Rarer than the load balancer's checks, which decide over traffic: each
 * starts a process in the task.
 */
const CONTAINER_CHECK = { intervalSeconds: 10, timeoutSeconds: 5, retries: 3 };

/** ECS's limit, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
const MOST_START_SECONDS = 300;

/** The revision of a service that the settings ask for, as far as it is known before the update. */
export function desiredRevision(
  service: string,
  settings: ServiceSettings,
  secrets: Readonly<Record<string, SecretSettings>>,
  { tag, digest }: DesiredImage,
): DesiredRevision {
  const { command, environment, cpu, memoryMiB, stopTimeoutSeconds } = settings;
  const { healthCheck, readyTimeoutSeconds } = settings;
  return {
    service,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
    environment,
    secrets: desiredSecrets(settings.secrets, secrets),
    cpu,
    memoryMiB,
    ...(isWorker(settings) ? {} : { port: settings.port }),
    ...(command === undefined ? {} : { command }),
    healthCheck: {
      command: healthCheck.command,
      ...CONTAINER_CHECK,
      startPeriodSeconds: Math.min(MOST_START_SECONDS, readyTimeoutSeconds),
    },
    ...(isWorker(settings) ? {} : { targets: targetChecks(settings) }),
    stopTimeoutSeconds,
  };
}

/** The checks of the load balancer that a service's settings ask for. */
export function targetChecks({ healthCheck }: HttpServiceSettings): TargetChecks {
  const { path, intervalSeconds, timeoutSeconds, healthyThreshold, unhealthyThreshold } =
    healthCheck;
  return {
    path,
    intervalSeconds,
    timeoutSeconds,
    healthyThreshold,
    unhealthyThreshold,
  };
}

function desiredSecrets(
  used: Readonly<Record<string, string>>,
  declared: Readonly<Record<string, SecretSettings>>,
): Record<string, DesiredSecret> {
  const entries = Object.entries(used).map(([variable, name]): [string, DesiredSecret] => {
    const secret = declared[name];
    if (secret === undefined) throw new TypeError(`secret ${name} is not declared`);
    if ("generate" in secret) return [variable, { name, version: secret.version }];
    const { versionId } = secret;
    return [variable, { name, version: 0, ...(versionId === undefined ? {} : { versionId }) }];
  });
  return Object.fromEntries(entries);
}

/**
 * Whether a slot's recorded revision already runs what is desired.
 *
 * Release id, tag and registry do not count where both digests are known: the same bytes with the
 * same environment are the same revision, whatever release brought them. Where a digest is not
 * known yet, the content tag stands for it.
 */
export function sameRevision(recorded: Revision, desired: DesiredRevision): boolean {
  return (
    sameImage(recorded, desired) &&
    sameSecrets(recorded.secrets, desired.secrets) &&
    isDeepStrictEqual(plain(whatRuns(recorded)), plain(whatRuns(desired)))
  );
}

function whatRuns(revision: RevisionBase): unknown {
  const { service, environment, cpu, memoryMiB, port, healthCheck, targets } = revision;
  const { command = null, stopTimeoutSeconds } = revision;
  const size = { cpu, memoryMiB };
  return { service, environment, size, port, command, healthCheck, targets, stopTimeoutSeconds };
}

/** As it would be stored: where an object came from must not count. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function sameImage(recorded: Revision, desired: DesiredRevision): boolean {
  if (desired.digest !== undefined) return recorded.digest === desired.digest;
  return recorded.tag !== undefined && recorded.tag === desired.tag;
}

function sameSecrets(recorded: Revision["secrets"], desired: DesiredRevision["secrets"]): boolean {
  const names = Object.keys(desired);
  if (names.length !== Object.keys(recorded).length) return false;
  return names.every((name) => {
    const had = recorded[name];
    const wanted = desired[name];
    if (had === undefined || wanted === undefined) return false;
    if (had.name !== wanted.name || had.version !== wanted.version) return false;
    return wanted.versionId === undefined || wanted.versionId === had.versionId;
  });
}
