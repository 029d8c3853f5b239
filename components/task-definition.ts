import { DIGEST } from "../release/release";
import type { Revision } from "../release/revision";
import type { Slot } from "../release/slots";

/** What a task definition needs beside the revision. */
export interface ContainerPlace {
  readonly slot: Slot;
  /** Name of the CloudWatch log group. */
  readonly logGroup: string;
  readonly region: string;
}

/** Name of the task's one ephemeral volume; the task definition must declare it. */
export const TMP_VOLUME = "tmp";

/** Numeric, so that it holds without a passwd file; the `nonroot` user of distroless images. */
const NON_ROOT_USER = "65532:65532";

/** Log streams are named PREFIX/CONTAINER/TASK; the prefix tells the slots apart. */
export const logStreamPrefix = (service: string, slot: Slot): string => `${service}-${slot}`;

/** Memory for log lines that CloudWatch has not taken yet. */
const LOG_BUFFER = "4m";

/**
 * Container definitions of a revision as the JSON text that ECS takes. The same revision in the same
 * place gives the same bytes, so declaring a slot again from its record changes nothing.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 *
 * @throws TypeError unless the image is named by the revision's digest
 */
export function containerDefinitions(revision: Revision, place: ContainerPlace): string {
  if (!DIGEST.test(revision.digest) || !revision.image.endsWith(`@${revision.digest}`)) {
    throw new TypeError(
      `${revision.service}: the image must be named by digest, found ${revision.image}`,
    );
  }
  return JSON.stringify([
    {
      name: revision.service,
      image: revision.image,
      essential: true,
      ...(revision.command === undefined ? {} : { command: revision.command }),
      portMappings: portMappings(revision),
      user: NON_ROOT_USER,
      readonlyRootFilesystem: true,
      linuxParameters: { capabilities: { drop: ["ALL"] }, initProcessEnabled: true },
      mountPoints: [{ sourceVolume: TMP_VOLUME, containerPath: "/tmp", readOnly: false }],
      environment: environment(revision, place.slot),
      secrets: secrets(revision),
      healthCheck: healthCheck(revision),
      stopTimeout: revision.stopTimeoutSeconds,
      logConfiguration: logConfiguration(revision, place),
    },
  ]);
}

function portMappings({ port }: Revision): object[] {
  return port === undefined ? [] : [{ containerPort: port, hostPort: port, protocol: "tcp" }];
}

function environment(revision: Revision, slot: Slot): { name: string; value: string }[] {
  const given = {
    RELEASE_ID: revision.release,
    IMAGE_DIGEST: revision.digest,
    SLOT: slot,
    SERVICE: revision.service,
    ...(revision.port === undefined ? {} : { PORT: String(revision.port) }),
  };
  return sorted({ ...revision.environment, ...given }).map(([name, value]) => ({ name, value }));
}

/**
 * `ARN:json-key:version-stage:version-id`, the first two left empty: the whole value of one version.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 */
function secrets(revision: Revision): { name: string; valueFrom: string }[] {
  return sorted(revision.secrets).map(([name, { arn, versionId }]) => ({
    name,
    valueFrom: `${arn}:::${versionId}`,
  }));
}

function healthCheck({ healthCheck }: Revision): object {
  return {
    command: healthCheck.command,
    interval: healthCheck.intervalSeconds,
    timeout: healthCheck.timeoutSeconds,
    retries: healthCheck.retries,
    startPeriod: healthCheck.startPeriodSeconds,
  };
}

/**
 * Non-blocking: while CloudWatch cannot be reached, a service must lose log lines rather than stop
 * answering, which is what a blocked write to standard output does to it.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
 */
function logConfiguration(revision: Revision, { slot, logGroup, region }: ContainerPlace): object {
  return {
    logDriver: "awslogs",
    options: {
      "awslogs-group": logGroup,
      "awslogs-region": region,
      "awslogs-stream-prefix": logStreamPrefix(revision.service, slot),
      mode: "non-blocking",
      "max-buffer-size": LOG_BUFFER,
    },
  };
}

/** By code units, not by locale: every machine must give the same order. */
function sorted<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1));
}
