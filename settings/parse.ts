import type { z } from "zod";
import type { Gate } from "../release/gate/gate";
import { type Problem, SettingsError } from "../release/errors";
import { registryOf } from "../release/release";
import { stepsOf } from "../release/shift-plan";
import { type Config, readConfig } from "./config";
import { topPath } from "./config-path";
import { checkDeliveries } from "./delivery-checks";
import { checkTests } from "./test-checks";
import { checkGate } from "./gate-checks";
import { checkNetwork } from "./network-checks";
import { nameOverrides } from "./overrides";
import { rulePriorities } from "./priorities";
import { checkRehearsal } from "./rehearsal-checks";
import { checkRelease } from "./release-checks";
import { checkRouting } from "./routing-checks";
import { checkScaling } from "./scaling-checks";
import { checkSecrets } from "./secret-checks";
import { checkServices } from "./service-checks";
import type { gate as gateSchema } from "./gate-schema";
import type { HttpServiceConfig } from "./http-schema";
import type { ServiceConfig } from "./service-schema";
import type { ServiceSettings, Settings, WorkerSettings } from "./types";
import type { WorkerServiceConfig } from "./worker-schema";

export interface ParseOptions {
  /** Namespace of the settings' keys: the project's name. @default "switchyard" */
  readonly namespace?: string;
  /** Full keys whose values are encrypted in the stack's file. @default [] */
  readonly secretKeys?: readonly string[];
}

/**
 * Reads a stack's settings from its configuration: full keys to texts, objects as JSON.
 *
 * @throws SettingsError with every problem found, and never anything else
 */
export function parseSettings(
  values: Readonly<Record<string, string>>,
  { namespace = "switchyard", secretKeys = [] }: ParseOptions = {},
): Settings {
  const problems: Problem[] = [];
  const config = readConfig({ namespace, values, secretKeys }, problems);
  checkNetwork(config, problems);
  checkServices(config, problems);
  checkScaling(config, problems);
  checkDeliveries(config, problems);
  checkTests(config, problems);
  checkRouting(config, problems);
  checkSecrets(config, problems);
  checkRelease(config, problems);
  checkGate(config, problems);
  checkRehearsal(config, problems);
  if (problems.length === 0) return deepFreeze(settingsOf(config as SoundConfig));
  const paths = {
    services: topPath(namespace, "services"),
    overrides: topPath(namespace, "serviceOverrides"),
  };
  throw new SettingsError(nameOverrides(problems, config.serviceOverrides, paths));
}

/** A configuration without a problem: nothing was refused, so nothing is missing. */
type SoundConfig = Config &
  Omit<Settings, "domain" | "release" | "services" | "gate" | "rehearsal" | "deployRoles"> & {
    readonly domain: Settings["domain"];
    readonly services: Readonly<Record<string, ServiceConfig>>;
    readonly gate: z.output<typeof gateSchema> | undefined;
    readonly rehearsal: Settings["rehearsal"] | undefined;
    readonly deployRoles: Settings["deployRoles"] | undefined;
  };

function settingsOf(config: SoundConfig): Settings {
  const { region, accountId, network, domain, build, release, secrets } = config;
  const {
    logRetentionDays,
    ledgerRetentionDays,
    protect,
    sharedWith,
    gate,
    rehearsal,
    scan,
    deployRoles,
    tags,
  } = config;
  const registry = registryOf(accountId, region);
  return {
    region,
    accountId,
    network,
    ...(domain === undefined ? {} : { domain }),
    build,
    ...(release === undefined ? {} : { release: { registry, ...release } }),
    secrets,
    services: resolved(config.services),
    logRetentionDays,
    ledgerRetentionDays,
    protect,
    sharedWith,
    ...(gate === undefined ? {} : { gate: wholeGate(gate, region) }),
    ...(rehearsal === undefined ? {} : { rehearsal }),
    scan,
    ...(deployRoles === undefined ? {} : { deployRoles }),
    tags,
  };
}

/** Services with what they leave to the program: HTTP services their priorities and steps, workers nothing to expect. */
function resolved(
  services: Readonly<Record<string, ServiceConfig>>,
): Record<string, ServiceSettings> {
  const all = Object.entries(services);
  const isWorker = (service: ServiceConfig): service is WorkerServiceConfig => "worker" in service;
  const http = Object.fromEntries(
    all.flatMap(([name, service]) => (isWorker(service) ? [] : [[name, service]])),
  ) as Record<string, HttpServiceConfig>;
  const whole: Record<string, ServiceSettings> = {};
  for (const [name, priority] of rulePriorities(http)) {
    const service = http[name];
    if (service === undefined) continue;
    const { strategy, steps = stepsOf(strategy), ...delivery } = service.delivery;
    whole[name] = { ...service, priority, delivery: { ...delivery, steps } };
  }
  for (const [name, service] of all) if (isWorker(service)) whole[name] = wholeWorker(service);
  return whole;
}

function wholeWorker(service: WorkerServiceConfig): WorkerSettings {
  const { smoke, acceptance, ...delivery } = service.delivery;
  return {
    ...service,
    delivery: {
      ...delivery,
      ...(smoke && { smoke: { ...smoke, expect: [] } }),
      ...(acceptance && { acceptance: { ...acceptance, expect: [] } }),
    },
  };
}

/** The stack that releases are proven in is in the same region, unless it says otherwise. */
const wholeGate = (gate: z.output<typeof gateSchema>, region: string): Gate => ({
  ...gate,
  provenIn: { region, ...gate.provenIn },
});

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
