/**
 * Pulumi's own update plan, as `pulumi preview --save-plan` writes it: what each resource is constrained to.
 * Read here for comparing and for telling; `pulumi up --plan` is given the text as it was written.
 */

/** What an update does to one resource. */
export interface PlannedStep {
  /** Operations in Pulumi's words, for example `update`, or `create-replacement`, `replace`, `delete-replaced`. */
  readonly ops: readonly string[];
  /** Inputs that change, each with the canonical JSON of its new value; secrets are masked. */
  readonly inputs: Readonly<Record<string, string>>;
}

export interface EnginePlan {
  /** What changes, by URN. */
  readonly steps: Readonly<Record<string, PlannedStep>>;
  /** Resources that stay as they are. */
  readonly unchanged: number;
  /** The stack's outputs that change; `UNKNOWN` where only the update tells. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

interface Diff {
  readonly adds?: Readonly<Record<string, unknown>>;
  readonly updates?: Readonly<Record<string, unknown>>;
  readonly deletes?: readonly string[];
}

/** What the program asks of one resource. */
export interface Goal {
  /** URNs of the resources that an input is made from, by input. */
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>> | null;
  readonly ignoreChanges?: readonly string[] | null;
}

interface WrittenStep {
  readonly goal?: (Goal & { readonly inputDiff?: Diff; readonly outputDiff?: Diff }) | null;
  readonly steps?: readonly string[] | null;
}

/** Pulumi's sign for a value that is not known before the update. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** Pulumi's mark of a secret, whose ciphertext differs each time that it is written. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
/** In place of a secret. */
export const MASKED = "[secret]";
/** In place of the value of an input that is taken away. */
const REMOVED = "[removed]";
const QUIET = new Set(["same", "read", "refresh"]);
/** What Pulumi adds to the name of a resource that the program does not name: random in a preview, and kept by a plan. */
const RANDOM_SUFFIX = /^-[0-9a-f]{7}$/;
const RANDOM = "-[random]";

/**
 * Reads an update plan.
 *
 * @throws TypeError where the text is none
 */
export function readEnginePlan(text: string): EnginePlan {
  const all = Object.entries(writtenSteps(text));
  const changing = all.filter(([, { steps }]) => (steps ?? []).some((op) => !QUIET.has(op)));
  const names = randomNames(changing);
  const stack = all.find(([urn]) => urn.split("::")[2] === "pulumi:pulumi:Stack")?.[1];
  const { adds = {}, updates = {} } = stack?.goal?.outputDiff ?? {};
  return {
    steps: Object.fromEntries(changing.map(([urn, step]) => [urn, plannedStep(step, names)])),
    unchanged: all.length - changing.length,
    outputs: { ...adds, ...updates },
  };
}

/**
 * What the program asks of each resource, by URN, those that stay as they are among them.
 *
 * @throws TypeError where the text is no update plan
 */
export function goalsOf(text: string): Readonly<Record<string, Goal>> {
  return Object.fromEntries(
    Object.entries(writtenSteps(text)).map(([urn, { goal }]) => [urn, goal ?? {}]),
  );
}

function writtenSteps(text: string): Readonly<Record<string, WrittenStep>> {
  const { resourcePlans } = JSON.parse(text) as {
    readonly resourcePlans?: Readonly<Record<string, WrittenStep>>;
  };
  if (typeof resourcePlans !== "object") throw new TypeError("an update plan has resourcePlans");
  return resourcePlans;
}

/** Whether a value is one that Pulumi has marked as a secret, whatever it holds. */
export function isSecretValue(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    (value as Record<string, unknown>)[SIGNATURE] === SECRET
  );
}

/** A name that Pulumi has made up for a resource, without what is random in it; undefined for any other text. */
export function withoutSuffix(resource: string, text: string): string | undefined {
  const suffix = text.slice(resource.length);
  return text.startsWith(resource) && RANDOM_SUFFIX.test(suffix)
    ? `${resource}${RANDOM}`
    : undefined;
}

/**
 * JSON with sorted keys and without anything that differs between two previews of the same.
 *
 * @param names names that are random, with what stands for each
 */
export function canonical(value: unknown, names: ReadonlyMap<string, string> = new Map()): string {
  if (typeof value === "string") {
    let text = value;
    for (const [name, known] of names) text = text.replaceAll(name, () => known);
    return JSON.stringify(text);
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((each) => canonical(each, names)).join(",")}]`;
  if (isSecretValue(value)) return JSON.stringify(MASKED);
  const parts = Object.entries(value)
    .sort(byKey)
    .map(([key, each]) => `${JSON.stringify(key)}:${canonical(each, names)}`);
  return `{${parts.join(",")}}`;
}

/** Names that Pulumi made up for resources that are created: others refer to them, so they are known by their text. */
function randomNames(steps: readonly (readonly [string, WrittenStep])[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const [urn, { goal }] of steps) {
    const name = urn.split("::").slice(3).join("::");
    for (const value of Object.values({ ...goal?.inputDiff?.adds, ...goal?.inputDiff?.updates }))
      if (typeof value === "string") {
        const known = withoutSuffix(name, value);
        if (known !== undefined) names.set(value, known);
      }
  }
  return names;
}

function plannedStep(
  { steps, goal }: WrittenStep,
  names: ReadonlyMap<string, string>,
): PlannedStep {
  const { adds = {}, updates = {}, deletes = [] } = goal?.inputDiff ?? {};
  const inputs = [
    ...Object.entries({ ...adds, ...updates }).map(([key, value]) => [
      key,
      canonical(value, names),
    ]),
    ...deletes.map((key) => [key, REMOVED]),
  ];
  return { ops: steps ?? [], inputs: Object.fromEntries(inputs) as Record<string, string> };
}

const byKey = ([a]: [string, unknown], [b]: [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;
