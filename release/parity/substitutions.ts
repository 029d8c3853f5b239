import { z } from "zod";
import type { Problem } from "../errors";
import { SettingsError } from "../errors";
import { STACK_NAME } from "../stack-name";
import { childPath } from "../../settings/config-path";
import { read } from "../../settings/read";
import { rule, text } from "../../settings/rule";
import { matches } from "../text-pattern";

/** A difference between two stacks that is meant. */
export interface Substitution {
  /** `TYPE NAME`, the type by its last word or whole; `*` stands for any text. Slots are called `-live` and `-standby`. */
  readonly resource: string;
  /** Property and all below it, with `*` for any name or place in a list. Nothing where `only` is set. */
  readonly property?: string;
  /** The one stack that has such resources. Nothing where `property` is set. */
  readonly only?: string;
  /** What a stack must have there, by its name. @default anything */
  readonly values?: Readonly<Record<string, unknown>>;
  readonly reason: string;
}

/** A reason that is shorter says nothing. */
const LEAST_REASON = 10;

const stack = text(STACK_NAME, "the name of a stack", "name a stack that is compared");

const substitution = rule(
  z.strictObject({
    resource: text(
      /^\S+ \S.*$/,
      "TYPE NAME, with * for any text, for example Subnet switchyard-*",
      "write it as the difference names it",
    ),
    property: text(
      /^[^\s.[].*$/,
      "a path of the resource's inputs",
      "write it as the difference names it",
    ).exactOptional(),
    only: stack.exactOptional(),
    values: rule(
      z.record(stack, z.unknown()),
      "a value for each stack that must have one",
      "leave out values where any will do",
    ).exactOptional(),
    reason: rule(
      z.string().trim().min(LEAST_REASON),
      `a text of ${LEAST_REASON} characters or more`,
      "say why the stacks differ here: it is what a reviewer reads",
    ),
  }),
  "an object with resource, property or only, and reason",
  "see docs/guides/parity.md",
);

const file = rule(
  z.strictObject({
    substitutions: rule(z.array(substitution), "a list", "see docs/guides/parity.md"),
  }),
  "an object with substitutions",
  "see docs/guides/parity.md",
);

/**
 * Reads what `parity.yaml` holds.
 *
 * @param content as YAML gives it; an empty file declares nothing
 * @throws SettingsError with every problem found
 */
export function parseSubstitutions(content: unknown, name: string): readonly Substitution[] {
  const problems: Problem[] = [];
  const given = content ?? { substitutions: [] };
  const { substitutions = [] } = (read(file, given, name, problems) ?? {}) as {
    substitutions?: readonly (Partial<Substitution> | undefined)[];
  };
  for (const [index, each] of substitutions.entries()) {
    if (!each || (each.property === undefined) !== (each.only === undefined)) continue;
    problems.push({
      path: childPath(childPath(name, "substitutions"), index),
      found: each.only === undefined ? "neither property nor only" : "both property and only",
      allowed: "one of them",
      action: "name the property that differs, or the one stack that has the resource",
    });
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return substitutions as readonly Substitution[];
}

/** Whether a substitution speaks of a resource. */
export function namesResource({ resource }: Substitution, key: string): boolean {
  const [type = "", name = ""] = cut(resource);
  const [foundType = "", foundName = ""] = cut(key);
  const types = [foundType, foundType.split(":").at(-1) ?? ""];
  return types.some((each) => matches(type, each)) && matches(name, foundName);
}

/** Parts of a property's path, in the notation of `pulumi config set --path`. */
export function pathParts(property: string): readonly string[] {
  return [...property.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[([^\]]*)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, plain]) =>
      quoted === undefined ? (index ?? plain ?? "") : (JSON.parse(`"${quoted}"`) as string),
  );
}

/** Whether a path is that of a property, or of something below it. */
export function isWithin(parts: readonly string[], path: readonly (string | number)[]): boolean {
  return (
    parts.length <= path.length && parts.every((part, index) => matches(part, String(path[index])))
  );
}

const cut = (text: string): readonly string[] => {
  const at = text.indexOf(" ");
  return [text.slice(0, at), text.slice(at + 1)];
};
