import { isDeepStrictEqual } from "node:util";

/** One property that is not as recorded. */
export interface PropertyDifference {
  /** As Pulumi writes it: `rules[0].priority`. */
  readonly path: string;
  /** What the state has; left out where it has nothing. */
  readonly state?: unknown;
  /** What is there; left out where there is nothing. */
  readonly found?: unknown;
}

type Values = Readonly<Record<string, unknown>>;
interface Told {
  readonly inputs?: Values;
  readonly outputs?: Values;
}

/**
 * What differs between a resource as the state has it and as it is.
 *
 * @param paths of the properties that its provider named; empty where it names none: then all outputs are compared
 */
export function propertyDifferences(
  old: Told,
  now: Told,
  paths: readonly string[],
): PropertyDifference[] {
  if (paths.length === 0) return leaves("", old.outputs ?? {}, now.outputs ?? {});
  return [...paths].sort().map((path) => {
    const steps = stepsOf(path);
    const [outputs, inputs] = (["outputs", "inputs"] as const).map((bag) => ({
      state: valueAt(old[bag], steps),
      found: valueAt(now[bag], steps),
    }));
    const shown = [outputs, inputs].find((pair) => pair && !isDeepStrictEqual(...both(pair)));
    return { path, ...given({ ...(shown ?? outputs) }) };
  });
}

const both = ({ state, found }: { state: unknown; found: unknown }): [unknown, unknown] => [
  state,
  found,
];

/** Down to what is no object on both sides, and to the weights of a rule, which belong together. */
function leaves(path: string, state: unknown, found: unknown): PropertyDifference[] {
  if (isDeepStrictEqual(state, found)) return [];
  if (!isValues(state) || !isValues(found) || isPair(state))
    return [{ path, ...given({ state, found }) }];
  const keys = [...new Set([...Object.keys(state), ...Object.keys(found)])].sort();
  return keys.flatMap((key) =>
    leaves(path === "" ? key : `${path}.${key}`, state[key], found[key]),
  );
}

/** Steps of a path such as `tags["a.b"].c[0]`. */
export function stepsOf(path: string): string[] {
  const steps: string[] = [];
  for (const [, quoted, index, name] of path.matchAll(
    /\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g,
  ))
    steps.push(quoted?.replaceAll(/\\(.)/g, "$1") ?? index ?? name ?? "");
  return steps;
}

function valueAt(values: unknown, steps: readonly string[]): unknown {
  let value = values;
  for (const step of steps) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Values)[step];
  }
  return value;
}

const isValues = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isPair = ({ blue, green }: Values): boolean =>
  typeof blue === "number" && typeof green === "number";

/** Without what is not there. */
const given = (pair: { state?: unknown; found?: unknown }): Omit<PropertyDifference, "path"> =>
  Object.fromEntries(Object.entries(pair).filter(([, value]) => value !== undefined));
