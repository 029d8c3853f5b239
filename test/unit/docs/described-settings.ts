import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { SettingsError } from "../../../release/errors";
import { parseRelease } from "../../../release/release";
import { parseSettings } from "../../../settings";
import { deployRoles } from "../../../settings/deploy-roles-schema";
import { gate } from "../../../settings/gate-schema";
import { rehearsal } from "../../../settings/rehearsal-schema";
import { scan } from "../../../settings/scan-schema";
import { ruleOf } from "../../../settings/rule";
import { httpService } from "../../../settings/http-schema";
import * as stack from "../../../settings/stack-schema";
import { workerService } from "../../../settings/worker-schema";
import { ROOT } from "./markdown";

/** What the page of settings must say of a setting. */
export interface DescribedSetting {
  readonly path: string;
  /** As JSON; nothing where there is none. */
  readonly default: string | undefined;
  readonly allowed: string;
}

/** Every setting that can be written down by itself, as the schemas have it. */
export function describedSettings(): DescribedSetting[] {
  const top: Record<string, z.ZodType | undefined> = {
    ...stack,
    gate,
    rehearsal,
    scan,
    deployRoles,
  };
  const own = topKeys().flatMap((key) => {
    const schema = top[key];
    if (key === "serviceOverrides") return [leaf(key, "{}", "the keys of services")];
    if (key === "release") return releaseKeys().map((part) => leaf(`release.${part}`));
    if (schema === undefined) return [leaf(key, defaultOf(key), "true, false")];
    return walk(schema, key, defaultOf(key));
  });
  return [
    ...walk(stack.region, "aws:region", undefined),
    ...walk(stack.allowedAccountIds, "aws:allowedAccountIds", undefined),
    ...own,
  ];
}

function leaf(path: string, byDefault?: string, allowed = ""): DescribedSetting {
  return { path, default: byDefault, allowed };
}

/** Names in place of `NAME` are the user's. */
function walk(schema: z.ZodType, path: string, byDefault: string | undefined): DescribedSetting[] {
  if (schema instanceof z.ZodExactOptional)
    return walk(schema.unwrap() as z.ZodType, path, undefined);
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return walk(schema.unwrap() as z.ZodType, path, JSON.stringify(schema.parse(undefined)));
  if (schema instanceof z.ZodUnion) {
    const all = (schema.options as z.ZodType[]).flatMap((option) => walk(option, path, undefined));
    // What several forms have is described once, as the first has it.
    return all.filter((each, index) => all.findIndex((one) => one.path === each.path) === index);
  }
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([key, part]) =>
      walk(part as z.ZodType, `${path}.${key}`, undefined),
    );
  if (schema instanceof z.ZodRecord && schema.valueType instanceof z.ZodType) {
    const value = schema.valueType;
    if (value instanceof z.ZodObject || value instanceof z.ZodUnion)
      return walk(value, `${path}.NAME`, undefined);
  }
  return [leaf(path, byDefault, ruleOf(schema).allowed)];
}

/** Settings that HTTP services have and workers have not, by their path in the service. */
export function httpSettings(): string[] {
  const workers = walk(workerService, "", undefined).map(({ path }) => path);
  return walk(httpService, "", undefined)
    .filter(({ path }) => !workers.includes(path))
    .map(({ path }) => path.slice(1));
}

/** The keys that a message lists when it meets another one. */
function knownKeys(action: () => unknown, path: string): string[] {
  try {
    action();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems.find((each) => each.path === path)?.allowed.split(", ") ?? [];
  }
  throw new Error("it was accepted");
}

export const topKeys = (): string[] =>
  knownKeys(() => parseSettings({ "switchyard:bogus": "1" }), "switchyard:bogus");

const releaseKeys = (): string[] =>
  knownKeys(() => parseRelease({ bogus: 1 }), "switchyard:release.bogus");

function defaultOf(key: string): string | undefined {
  const { config } = parse(readFileSync(join(ROOT, "Pulumi.yaml"), "utf8")) as {
    config: Record<string, { default?: unknown }>;
  };
  const value = config[key]?.default;
  return value === undefined ? undefined : JSON.stringify(value);
}
