/** A resource as a rule sees it. To read a value that a preview does not know throws, which ends the rule's look at it. */
export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly opts: { readonly protect: boolean };
}

/** A resource among all others, once they are all there. */
export interface StackResource extends Resource {
  /** What each input was made of. */
  readonly propertyDependencies: Readonly<Record<string, readonly StackResource[]>>;
}

/** What is wrong with a resource, in the order in which the message tells it. */
export interface Finding {
  readonly failed: string;
  readonly found: unknown;
  readonly allowed: string;
  readonly next: string;
}

interface AnyRule {
  /** That of its file. */
  readonly name: string;
  /** What holds where it is kept. */
  readonly description: string;
}

/** A rule over one resource, asked before it is made or changed. */
export interface ResourceRule extends AnyRule {
  /** Type tokens that it looks at. */
  readonly types: readonly string[];
  readonly check: (resource: Resource) => Iterable<Finding>;
}

/** A rule over a resource and what stands beside it, asked when all of them are declared. */
export interface StackRule extends AnyRule {
  /** @default every type */
  readonly types?: readonly string[];
  readonly checkAmong: (
    resource: StackResource,
    stack: readonly StackResource[],
  ) => Iterable<Finding>;
}

export type Rule = ResourceRule | StackRule;

export interface PropertyRule extends AnyRule {
  readonly types: readonly string[];
  /** Names and indices, with dots: `defaultActions.0.type`. */
  readonly property: string;
  readonly holds: (value: unknown) => boolean;
  /** Whether the rule is about this resource at all. @default every one of its types */
  readonly when?: (resource: Resource) => boolean;
  readonly allowed: string;
  readonly next: string;
}

/** A rule that is about one value. */
export const propertyRule = (rule: PropertyRule): ResourceRule => ({
  name: rule.name,
  description: rule.description,
  types: rule.types,
  *check(resource) {
    if (rule.when && !rule.when(resource)) return;
    const found = read(resource.props, rule.property);
    if (rule.holds(found)) return;
    yield { failed: rule.property, found, allowed: rule.allowed, next: rule.next };
  },
});

/** The value at a path of names and indices; nothing where the path ends before. */
export function read(value: unknown, path: string): unknown {
  return path.split(".").reduce((at: unknown, key) => (isRecord(at) ? at[key] : undefined), value);
}

/** The items of a list; none of anything else. */
export const items = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as readonly unknown[]) : [];

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** A single text or number, as text; empty for anything else. */
export const text = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

const SHOWN_CHARACTERS = 200;

/** One line: what failed, what was found, what is allowed, what to do. */
export function message({ failed, found, allowed, next }: Finding): string {
  const shown = found === undefined ? "nothing" : JSON.stringify(found);
  const short = shown.length > SHOWN_CHARACTERS ? `${shown.slice(0, SHOWN_CHARACTERS)}...` : shown;
  return `${failed}: found ${short}; allowed: ${allowed}; ${next}`;
}
