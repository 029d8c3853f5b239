import assert from "node:assert/strict";

/** A resource as the engine was asked for it. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  /** Values that are encrypted in the state are `{ secret: VALUE }`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly parentUrn: string;
  readonly dependencyUrns: readonly string[];
  /** What each input was made of. */
  readonly propertyUrns: Readonly<Record<string, readonly string[]>>;
  readonly ignoreChanges: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** Whether every output that is a secret was declared as one. */
  readonly hasSecretOutputs: boolean;
  /** What a component registered when it was done; nothing where it forgot to. */
  outputs: Readonly<Record<string, unknown>> | undefined;
}

const STACK = "pulumi:pulumi:Stack";
/** Marks in what goes over the wire to the engine; the same in every version of Pulumi. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

export const keyOf = ({ type, name }: Declared): string => `${type} ${name}`;

/** Everything that a program declared. */
export class Graph {
  readonly resources: Declared[] = [];
  readonly urns = new Map<string, Declared>();
  /** Keys of what had been asked for while the slow resources were not there yet. */
  beforeSlow: readonly string[] = [];

  /** `TYPE NAME` of everything but the stack itself, sorted. */
  get keys(): string[] {
    return this.declared.map(keyOf).sort();
  }

  get declared(): Declared[] {
    return this.resources.filter(({ type }) => type !== STACK);
  }

  get stackOutputs(): Record<string, unknown> {
    return { ...this.resources.find(({ type }) => type === STACK)?.outputs };
  }

  get components(): Declared[] {
    return this.declared.filter(({ type }) => type.startsWith("switchyard:"));
  }

  /** The one resource of a type and name. */
  get(type: string, name: string): Declared {
    const found = this.declared.filter((each) => each.type === type && each.name === name);
    assert.equal(found.length, 1, `${type} ${name} among\n${this.keys.join("\n")}`);
    return found[0] as Declared;
  }

  ofType(type: string): Declared[] {
    return this.declared.filter((each) => each.type === type).sort(byName);
  }

  /** Types and names, children indented below their parents, in alphabetic order. */
  get outline(): string {
    const below = (urn: string, indent: string): string[] =>
      this.declared
        .filter((each) => this.parentOf(each) === urn)
        .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
        .flatMap((each) => [`${indent}${keyOf(each)}`, ...below(this.urnOf(each), `${indent}  `)]);
    return below("", "").join("\n");
  }

  /** Everything that must be done before a resource is asked for: what it and its parents depend on. */
  waitsFor(resource: Declared): Set<string> {
    const reached = new Set<Declared>();
    const visit = (each: Declared): void => {
      const urns = [each.parentUrn, ...each.dependencyUrns].filter((urn) => urn !== "");
      for (const urn of urns) {
        const next = this.urns.get(urn);
        assert.ok(next !== undefined, `${keyOf(each)} depends on ${urn}`);
        if (reached.has(next)) continue;
        reached.add(next);
        visit(next);
      }
    };
    visit(resource);
    return new Set([...reached].filter(({ type }) => type !== STACK).map(keyOf));
  }

  private urnOf(resource: Declared): string {
    return [...this.urns].find(([, each]) => each === resource)?.[0] ?? "";
  }

  /** The parent's URN; nothing for a child of the stack. */
  private parentOf({ parentUrn }: Declared): string {
    return this.urns.get(parentUrn)?.type === STACK ? "" : parentUrn;
  }
}

/** Inputs as a test wants to compare them: secrets marked, providers' code left out. */
export function plainInputs(inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept = Object.entries(inputs).filter(([key]) => key !== "__provider");
  return Object.fromEntries(kept.map(([key, value]) => [key, plain(value)]));
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const record = value as Record<string, unknown>;
  if (record[SIGNATURE] === SECRET) return { secret: plain(record["value"]) };
  return Object.fromEntries(Object.entries(record).map(([key, part]) => [key, plain(part)]));
}

function byName(a: Declared, b: Declared): number {
  return a.name < b.name ? -1 : 1;
}
