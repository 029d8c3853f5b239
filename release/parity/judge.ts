import { canonical } from "../engine-plan";
import { sha256 } from "../sha256";
import { compareShapes, type ParityDifference } from "./differences";
import { type Shape, shapeHash } from "./shape";
import { isWithin, namesResource, pathParts, type Substitution } from "./substitutions";

/** A difference that is not declared, or not so. */
export interface Undeclared extends ParityDifference {
  /** Declaration that allows other values than these. */
  readonly declared?: Substitution;
}

/** What two stacks' shapes are found to be. */
export interface ParityReport {
  readonly differences: readonly Undeclared[];
  /** Declarations that no difference needs. */
  readonly unused: readonly Substitution[];
  /** Differences that are declared. */
  readonly substituted: number;
  /** Inputs compared by what they are made from, for one stack does not know their values before its update. */
  readonly unknown: readonly string[];
  /** Hash of each stack's shape, by its name. */
  readonly shapes: Readonly<Record<string, string>>;
  /** Hash of both shapes and of what is declared: another infrastructure of either stack, or another declaration, has another. */
  readonly hash: string;
}

/** Whether two stacks are equal up to what is declared. */
export function isInParity({ differences, unused }: ParityReport): boolean {
  return differences.length === 0 && unused.length === 0;
}

/** Compares two stacks by their shapes. */
export function judgeParity(
  one: Shape,
  other: Shape,
  substitutions: readonly Substitution[],
): ParityReport {
  const { differences, unknown } = compareShapes(one, other);
  const judged = differences.map((each) => {
    const matching = substitutions.filter((declared) => speaksOf(declared, each));
    const isAllowed = matching.some((declared) => allows(declared, each, [one, other]));
    return { each, matching, isAllowed };
  });
  const used = new Set(judged.flatMap(({ matching }) => matching));
  const isHidden = (declared: Substitution): boolean =>
    unknown.some((input) => mayBeBehind(declared, input));
  const shapes = { [one.names.stack]: shapeHash(one), [other.names.stack]: shapeHash(other) };
  return {
    differences: judged
      .filter(({ isAllowed }) => !isAllowed)
      .map(({ each, matching: [declared] }) => ({ ...each, ...(declared && { declared }) })),
    unused: substitutions.filter((each) => !used.has(each) && !isHidden(each)),
    substituted: judged.filter(({ isAllowed }) => isAllowed).length,
    unknown,
    shapes,
    hash: parityHash(shapes, substitutions),
  };
}

/** SHA-256, in hexadecimal, of the shapes' hashes by stack and the declarations, without their reasons, in canonical JSON. */
export function parityHash(
  shapes: Readonly<Record<string, string>>,
  substitutions: readonly Substitution[],
): string {
  const declared = substitutions.map((each) => canonical({ ...each, reason: "" })).sort();
  return sha256(canonical({ declared, shapes }));
}

function speaksOf(declared: Substitution, { resource, path, values }: ParityDifference): boolean {
  if (!namesResource(declared, resource)) return false;
  if (path === undefined)
    return declared.only !== undefined && Object.hasOwn(values, declared.only);
  return declared.property !== undefined && isWithin(pathParts(declared.property), path);
}

/** Whether the values are those that are declared, as far as any are. */
function allows(
  { property, values }: Substitution,
  { resource, path }: ParityDifference,
  shapes: readonly Shape[],
): boolean {
  if (values === undefined || path === undefined || property === undefined) return true;
  const at = path.slice(0, pathParts(property).length);
  return shapes
    .filter(({ names }) => Object.hasOwn(values, names.stack))
    .every(({ names, resources }) => {
      const found = valueAt(resources[resource]?.inputs, at);
      return found !== undefined && canonical(found) === canonical(values[names.stack]);
    });
}

function valueAt(value: unknown, [first, ...rest]: readonly (string | number)[]): unknown {
  if (first === undefined) return value;
  if (typeof value !== "object" || value === null) return undefined;
  return valueAt((value as Record<string | number, unknown>)[first], rest);
}

/** Whether the difference that is declared may be in a value that is not known yet: `TYPE NAME INPUT`. */
function mayBeBehind(declared: Substitution, input: string): boolean {
  const at = input.lastIndexOf(" ");
  const [first] = pathParts(declared.property ?? "");
  return (
    first !== undefined &&
    namesResource(declared, input.slice(0, at)) &&
    isWithin([first], [input.slice(at + 1)])
  );
}
