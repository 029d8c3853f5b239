import type { z } from "zod";
import type { Problem } from "../release/errors";
import { type PinnedRelease, readRelease } from "../release/release";
import { topPath } from "./config-path";
import { decode, decodeJson, type Key, type PulumiConfig } from "./decode";
import type { HttpServiceConfig } from "./http-schema";
import { mergeOverrides } from "./overrides";
import { isMap, type Lenient, read } from "./read";
import { deployRoles } from "./deploy-roles-schema";
import { gate } from "./gate-schema";
import { rehearsal } from "./rehearsal-schema";
import { flag } from "./rule";
import { scan } from "./scan-schema";
import * as schema from "./stack-schema";
import type { WorkerServiceConfig } from "./worker-schema";

export type NetworkConfig = Lenient<z.output<typeof schema.network>>;
export type HttpConfig = Lenient<HttpServiceConfig>;
/** `worker` is what tells it from an HTTP service. */
export type WorkerConfig = Lenient<WorkerServiceConfig> & { readonly worker: object };
export type ServiceConfig = HttpConfig | WorkerConfig;
export type ServiceConfigs = Readonly<Record<string, ServiceConfig | undefined>>;
export type SecretConfigs = NonNullable<Lenient<z.output<typeof schema.secrets>>>;

export function isWorkerConfig(service: ServiceConfig): service is WorkerConfig {
  return "worker" in service;
}

/** The configuration as far as it could be read; a part that was refused is missing. */
export interface Config {
  readonly namespace: string;
  readonly region: string | undefined;
  readonly accountId: string | undefined;
  readonly network: NetworkConfig | undefined;
  readonly domain: Lenient<z.output<typeof schema.domain>> | undefined;
  readonly build: boolean | undefined;
  readonly release: PinnedRelease | undefined;
  /** Whether a release is pinned, sound or not. */
  readonly pinned: boolean;
  readonly secrets: SecretConfigs | undefined;
  readonly services: ServiceConfigs | undefined;
  readonly serviceOverrides: unknown;
  readonly logRetentionDays: number | undefined;
  readonly ledgerRetentionDays: number | undefined;
  readonly protect: boolean | undefined;
  readonly sharedWith: readonly (string | undefined)[] | undefined;
  readonly gate: Lenient<z.output<typeof gate>> | undefined;
  readonly rehearsal: Lenient<z.output<typeof rehearsal>> | undefined;
  readonly scan: Lenient<z.output<typeof scan>> | undefined;
  readonly deployRoles: Lenient<z.output<typeof deployRoles>> | undefined;
  readonly tags: Lenient<z.output<typeof schema.tags>> | undefined;
}

/** Reads every part of a configuration by its schema, without looking at how they fit together. */
export function readConfig(pulumiConfig: PulumiConfig, problems: Problem[]): Config {
  const { namespace, values } = pulumiConfig;
  const raw = decode(pulumiConfig, problems);
  const at = (key: Key): string => topPath(namespace, key);
  // What Pulumi.yaml declares without a default, every stack must set: there, {} means none.
  const given = (key: Key): unknown => (isEmpty(raw[key]) ? undefined : raw[key]);
  const part = <S extends z.ZodType>(partSchema: S, key: Key): Lenient<z.output<S>> | undefined =>
    read(partSchema, raw[key], at(key), problems);
  const isRefused = (key: Key): boolean => problems.some(({ path }) => path === at(key));
  const optional = <S extends z.ZodType>(
    partSchema: S,
    key: Key,
  ): Lenient<z.output<S>> | undefined =>
    given(key) === undefined ? undefined : part(partSchema, key);
  const required = <S extends z.ZodType>(
    partSchema: S,
    key: Key,
  ): Lenient<z.output<S>> | undefined => (isRefused(key) ? undefined : part(partSchema, key));

  const accounts = readAccounts(values["aws:allowedAccountIds"], problems);
  const services = mergeOverrides(
    raw.services,
    raw.serviceOverrides,
    at("serviceOverrides"),
    problems,
  );
  const release = given("release");
  refuseProviderKeys(values, problems);
  return {
    namespace,
    region: read(schema.region, values["aws:region"], "aws:region", problems),
    accountId: accounts?.[0],
    network: required(schema.network, "network"),
    domain: optional(schema.domain, "domain"),
    build: required(flag.default(false), "build"),
    release: release === undefined ? undefined : readRelease(release, at("release"), problems),
    pinned: release !== undefined || isRefused("release"),
    secrets: required(schema.secrets.prefault({}), "secrets"),
    services: isRefused("services")
      ? undefined
      : read(schema.services, services, at("services"), problems),
    serviceOverrides: raw.serviceOverrides,
    logRetentionDays: required(schema.logRetentionDays.default(30), "logRetentionDays"),
    ledgerRetentionDays: required(schema.ledgerRetentionDays.default(365), "ledgerRetentionDays"),
    protect: required(flag.default(false), "protect"),
    sharedWith: required(schema.sharedWith.prefault([]), "sharedWith"),
    gate: optional(gate, "gate"),
    rehearsal: optional(rehearsal, "rehearsal"),
    scan: required(scan.prefault({}), "scan"),
    deployRoles: optional(deployRoles, "deployRoles"),
    tags: required(schema.tags.prefault({}), "tags"),
  };
}

/** What makes the provider call AWS as somebody else than the program's own resources do. */
const IDENTITY_KEYS = [
  "assumeRole",
  "assumeRoles",
  "assumeRoleWithWebIdentity",
  "accessKey",
  "token",
];

function refuseProviderKeys(values: PulumiConfig["values"], problems: Problem[]): void {
  for (const key of IDENTITY_KEYS) {
    const path = `aws:${key}`;
    if (values[path] === undefined) continue;
    problems.push({
      path,
      found: "an identity for the AWS provider alone",
      allowed: "credentials of the environment, or aws:profile",
      action: "name the role in a profile (role_arn and source_profile) and set aws:profile to it",
    });
  }
}

function readAccounts(
  text: string | undefined,
  problems: Problem[],
): readonly (string | undefined)[] | undefined {
  const path = "aws:allowedAccountIds";
  const value = text === undefined ? undefined : decodeJson(text, path, problems);
  if (text !== undefined && value === undefined) return undefined;
  return read(schema.allowedAccountIds, value, path, problems);
}

function isEmpty(value: unknown): boolean {
  return isMap(value) && Object.keys(value).length === 0;
}
