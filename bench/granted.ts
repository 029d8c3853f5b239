import { readFileSync } from "node:fs";
import type { Account } from "../demo/stacks";
import type { Grant } from "../release/permissions/grant";
import { type ResourceName, resourcesOf, type Territory } from "../release/permissions/resources";
import { ROLE_NAMES, type RoleName, roleName } from "../release/permissions/roles";
import { matches } from "../release/text-pattern";

/** What an account asked of IAM about a call, as `toolchain/emulator/iam_log.py` writes it down. */
export interface Asked {
  /** For example `arn:aws:sts::111111111111:assumed-role/switchyard-stage-deploy/pipeline`. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly allowed: boolean;
}

/** All that was asked of IAM in an account so far, in its order. */
export function askedOf({ requestLog }: Account): readonly Asked[] {
  if (requestLog === undefined) throw new Error("this account writes no requests down");
  const lines = readFileSync(requestLog, "utf8").split("\n");
  return lines
    .filter((line) => line !== "")
    .flatMap((line) => {
      const { principal = "", iam = [] } = JSON.parse(line) as {
        principal?: string;
        iam?: Omit<Asked, "principal">[];
      };
      return iam.map((check) => ({ principal, ...check }));
    });
}

export interface Comparison {
  /** `ROLE ACTION RESOURCE`: asked for, and not granted. */
  readonly missing: readonly string[];
  /** `ROLE ACTION on NAME`: granted, never asked for, and without a reason. */
  readonly unused: readonly string[];
  /** `ROLE ACTION on NAME`: granted for a reason to be unused, and asked for all the same. */
  readonly stale: readonly string[];
  /** How many there are of `ROLE ACTION on NAME`, and how many of them were asked for. */
  readonly granted: number;
  readonly used: number;
}

/**
 * Compares what roles asked for with what they are granted.
 *
 * @param exempt actions that nobody is granted, for a reason
 * @param territories of the stacks whose roles were at work
 */
export function compare(
  asked: readonly Asked[],
  grants: readonly Grant[],
  exempt: readonly string[],
  territories: readonly Territory[],
): Comparison {
  const missing = new Set<string>();
  const used = new Set<string>();
  for (const { principal, action, resource } of asked) {
    const caller = callerOf(principal, territories);
    if (caller === undefined || exempt.includes(action)) continue;
    const { role, territory } = caller;
    const resources = resourcesOf(territory);
    const found = grants.filter(
      ({ to, actions, on }) =>
        to.includes(role) &&
        actions.includes(action) &&
        resources[on].some((pattern) => matches(anyName(pattern), resource)),
    );
    if (found.length === 0) missing.add(`${role} ${action} ${resource}`);
    for (const { on } of found) used.add(keyOf(role, action, on));
  }
  const all = grants.flatMap(({ to, actions, on, unused }) =>
    to.flatMap((role) => actions.map((action) => ({ key: keyOf(role, action, on), unused }))),
  );
  const keys = (wanted: (each: (typeof all)[number]) => boolean): string[] =>
    [...new Set(all.filter(wanted).map(({ key }) => key))].sort();
  return {
    missing: [...missing].sort(),
    unused: keys(({ key, unused }) => unused === undefined && !used.has(key)),
    stale: keys(({ key, unused }) => unused !== undefined && used.has(key)),
    granted: keys(() => true).length,
    used: used.size,
  };
}

const keyOf = (role: RoleName, action: string, on: ResourceName): string =>
  `${role} ${action} on ${on}`;

/** Variables of a policy stand for any text here: that they are filled in is shown by what is refused. */
const anyName = (pattern: string): string => pattern.replaceAll(/\$\{[^}]+\}/g, "*");

function callerOf(
  principal: string,
  territories: readonly Territory[],
): { readonly role: RoleName; readonly territory: Territory } | undefined {
  for (const territory of territories)
    for (const role of ROLE_NAMES) {
      const name = roleName(territory.prefix, role);
      if (principal.startsWith(`arn:aws:sts::${territory.accountId}:assumed-role/${name}/`))
        return { role, territory };
    }
  return undefined;
}
