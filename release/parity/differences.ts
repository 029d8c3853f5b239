import { canonical } from "../engine-plan";
import { childPath } from "../../settings/config-path";
import { holdsUnknown, isVeiled, UNKNOWN_VALUE } from "./normal";
import { referredIn } from "./references";
import { RELEASE, type Shape, type ShapedResource } from "./shape";

/** One thing that two stacks do not have alike. */
export interface ParityDifference {
  /** Logical name of the resource, `TYPE NAME`. */
  readonly resource: string;
  /** Property that differs, from the input on; none where one stack alone has the resource. */
  readonly path?: readonly (string | number)[];
  /** What each stack has, by its name; no entry for a stack that has nothing there. Never a secret value. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** What was compared, and how well that could be done. */
export interface Comparison {
  readonly differences: readonly ParityDifference[];
  /** Inputs, as `TYPE NAME PATH`, whose values one stack does not know before its update: compared by what they are made from. */
  readonly unknown: readonly string[];
}

type Pair = readonly [Shape, Shape];
type Path = readonly (string | number)[];

/** How one input's values are compared. */
interface Place {
  readonly pair: Pair;
  readonly resource: string;
  readonly madeFrom: readonly [readonly string[], readonly string[]];
}

/** Compares the shapes of two stacks, which must have different names. */
export function compareShapes(one: Shape, other: Shape): Comparison {
  const pair: Pair = [one, other];
  const unknown: string[] = [];
  const differences = keysOf(one.resources, other.resources).flatMap((resource) => {
    const [a, b] = [one.resources[resource], other.resources[resource]];
    if (a === undefined || b === undefined) {
      const has = a === undefined ? other : one;
      return [{ resource, values: { [has.names.stack]: "is there" } }];
    }
    return [
      ...optionDifferences(pair, resource, a, b),
      ...keysOf(a.inputs, b.inputs).flatMap((input) => {
        const place = { pair, resource, madeFrom: [from(a, input), from(b, input)] as const };
        const [mine, theirs] = [a.inputs[input], b.inputs[input]];
        if (holdsUnknown([mine, theirs])) unknown.push(`${resource} ${input}`);
        const origin = originDifference(place, input, [isVeiled(mine), isVeiled(theirs)]);
        return origin ? [origin] : valueDifferences(place, [input], mine, theirs);
      }),
    ];
  });
  return { differences, unknown };
}

/** Path of a difference as it is written in `parity.yaml`. */
export function pathText(path: Path): string {
  const [first = "", ...rest] = path;
  return rest.reduce<string>(childPath, String(first));
}

/** A resource's parent and options, by names that no input has. */
function optionDifferences(
  pair: Pair,
  resource: string,
  a: ShapedResource,
  b: ShapedResource,
): ParityDifference[] {
  return (["parent", "protect", "retainOnDelete"] as const)
    .filter((option) => a[option] !== b[option])
    .map((option) => difference(pair, resource, [`$${option}`], a[option], b[option]));
}

/** Where a value is not known, what it is made from must be the same, or be there already in the stack that knows it. */
function originDifference(
  { pair, resource, madeFrom: [a, b] }: Place,
  input: string,
  [isA = false, isB = false]: readonly boolean[],
): ParityDifference | undefined {
  const without = (all: readonly string[]): readonly string[] =>
    all.filter((each) => each !== RELEASE);
  const isSame =
    isA === isB
      ? !isA || canonical(without(a)) === canonical(without(b))
      : isA
        ? comesFrom(pair[0], a, b)
        : comesFrom(pair[1], b, a);
  if (isSame) return undefined;
  const text = (all: readonly string[], isUnknown: boolean): string =>
    `${isUnknown ? "a value not shown, " : ""}made from ${all.join(", ") || "nothing else"}`;
  return difference(pair, resource, [input], text(a, isA), text(b, isB));
}

/**
 * Whether what a known value names is among what the unknown one is made from, or among what that is made from: an
 * output may be no more than an input handed on.
 */
function comesFrom(
  { resources }: Shape,
  origins: readonly string[],
  named: readonly string[],
): boolean {
  const reached = new Set<string>();
  const visit = (key: string): void => {
    if (reached.has(key)) return;
    reached.add(key);
    const resource = resources[key];
    for (const input of Object.keys(resource?.inputs ?? {}))
      if (resource) from(resource, input).forEach(visit);
  };
  origins.forEach(visit);
  return named.every((key) => reached.has(key));
}

function valueDifferences(place: Place, path: Path, a: unknown, b: unknown): ParityDifference[] {
  const { pair, resource } = place;
  if (a === UNKNOWN_VALUE || b === UNKNOWN_VALUE)
    return isExplained(place, a, b) ? [] : [difference(pair, resource, path, a, b)];
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length)
    return a.flatMap((each, index) => valueDifferences(place, [...path, index], each, b[index]));
  if (isObject(a) && isObject(b))
    return keysOf(a, b).flatMap((key) => valueDifferences(place, [...path, key], a[key], b[key]));
  return isSame(pair, a, b) ? [] : [difference(pair, resource, path, a, b)];
}

/** A value that one stack knows and the other does not, because what it is made from is there in one of them only. */
function isExplained({ pair, madeFrom }: Place, a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  const [unknown, known] = a === UNKNOWN_VALUE ? [0, 1] : [1, 0];
  const origins = madeFrom[unknown] ?? [];
  const { unmade } = pair[known] as Shape;
  return origins.length === 0 || origins.some((each) => each === RELEASE || !unmade.includes(each));
}

/** The same, or the same but for the names of stack and region: a text may hold them by chance. */
function isSame([one, other]: Pair, a: unknown, b: unknown): boolean {
  const [mine, theirs] = [canonical(a), canonical(b)];
  return (
    mine === theirs ||
    (a !== undefined && b !== undefined && spelt(one, mine) === spelt(other, theirs))
  );
}

function spelt({ names: { project, stack, region } }: Shape, text: string): string {
  return text
    .replaceAll("[project]", () => project)
    .replaceAll("[stack]", () => stack)
    .replaceAll("[region]", () => region);
}

function difference(
  pair: Pair,
  resource: string,
  path: Path,
  a: unknown,
  b: unknown,
): ParityDifference {
  const found = [a, b].flatMap((value, index) =>
    value === undefined ? [] : [[pair[index]?.names.stack ?? "", value] as const],
  );
  return { resource, path, values: Object.fromEntries(found) };
}

/** What an input is made from: as the preview says of a value that is not known, and as the value says of one that is. */
const from = ({ madeFrom, inputs }: ShapedResource, input: string): readonly string[] =>
  madeFrom[input] ?? [...new Set(referredAnywhere(inputs[input]))].sort();

function referredAnywhere(value: unknown): string[] {
  if (typeof value === "string") return referredIn(value);
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(referredAnywhere);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const keysOf = (a: object, b: object): string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
