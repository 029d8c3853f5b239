import type { Problem } from "../release/errors";
import { childPath } from "./config-path";
import { isMap, kind } from "./read";
import { suggest } from "./suggest";

type Values = Readonly<Record<string, unknown>>;

/** Where the services and their overrides stand in the configuration. */
export interface OverridePaths {
  readonly services: string;
  readonly overrides: string;
}

/**
 * Lays this stack's overrides over the shared services: objects merge, anything else, lists
 * included, is replaced.
 */
export function mergeOverrides(
  services: unknown,
  overrides: unknown,
  path: string,
  problems: Problem[],
): unknown {
  if (overrides === undefined || !isMap(services)) return services;
  if (!isMap(overrides)) {
    const action = "write services under it or leave it out";
    problems.push({ path, found: kind(overrides), allowed: "an object of services", action });
    return services;
  }
  const names = Object.keys(services);
  for (const [name, override] of Object.entries(overrides)) {
    const at = childPath(path, name);
    if (!names.includes(name)) {
      const action = suggest(name, names, "remove it");
      const allowed = names.join(", ") || "services, of which there are none";
      problems.push({ path: at, found: "an unknown service", allowed, action });
    } else if (!isMap(override)) {
      const action = "write the settings that differ under it";
      problems.push({ path: at, found: kind(override), allowed: "an object", action });
    }
  }
  const merged = Object.entries(services).map(([name, service]) => {
    const override = Object.hasOwn(overrides, name) ? overrides[name] : undefined;
    return [name, isMap(service) && isMap(override) ? merge(service, override) : service] as const;
  });
  return Object.fromEntries(merged);
}

/** Names the override, where a problem of a merged service comes from there. */
export function nameOverrides(
  problems: readonly Problem[],
  overrides: unknown,
  paths: OverridePaths,
): Problem[] {
  const overridden = new Set(leafPaths(overrides, paths.services));
  return problems.map((problem) => {
    const isOverridden = [...overridden].some((leaf) => isAtOrBelow(problem.path, leaf));
    if (!isOverridden) return problem;
    return { ...problem, path: paths.overrides + problem.path.slice(paths.services.length) };
  });
}

function merge(base: Values, over: Values): Values {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const under = merged.get(key);
    merged.set(key, isMap(under) && isMap(value) ? merge(under, value) : value);
  }
  return Object.fromEntries(merged);
}

function leafPaths(value: unknown, path: string): string[] {
  if (!isMap(value)) return value === undefined ? [] : [path];
  return Object.entries(value).flatMap(([key, part]) => leafPaths(part, childPath(path, key)));
}

function isAtOrBelow(path: string, leaf: string): boolean {
  if (!path.startsWith(leaf)) return false;
  return path.length === leaf.length || path[leaf.length] === "." || path[leaf.length] === "[";
}
