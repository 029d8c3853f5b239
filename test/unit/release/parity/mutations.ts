import { UNKNOWN } from "../../../../release/engine-plan";
import type { PreviewedResource } from "../../../../release/parity/graph";

/** One change of one resource, as an edit of a program would bring it about. */
export interface Mutation {
  /** `TYPE NAME PATH`, the path from the input on. */
  readonly what: string;
  readonly urn: string;
  readonly mutated: PreviewedResource;
}

/** Parts of a value, and what is said of them where it is written as JSON text. */
type Rewrite = (part: unknown) => unknown;

/** Every leaf of every input, of JSON texts in them as well, each changed by itself; every input taken away; every option. */
export function* mutationsOf(resource: PreviewedResource): Generator<Mutation> {
  const { urn, inputs, dependencies } = resource;
  const [, , chain = "", name = ""] = urn.split("::");
  const subject = `${chain.split("$").at(-1) ?? ""} ${name}`;
  const parent = "urn:pulumi:any::any::switchyard:any:Other::elsewhere";
  const { protect, retainOnDelete } = resource;
  for (const [option, value] of Object.entries({
    parent,
    protect: !protect,
    retainOnDelete: !retainOnDelete,
  }))
    yield { what: `${subject} $${option}`, urn, mutated: { ...resource, [option]: value } };
  for (const [input, value] of Object.entries(inputs)) {
    for (const [path, mutated] of leaves(value, `${subject} ${input}`, (part) => part)) {
      const changed = { ...resource, inputs: { ...inputs, [input]: mutated } };
      yield { what: path, urn, mutated: changed };
    }
    const rest = Object.fromEntries(Object.entries(inputs).filter(([each]) => each !== input));
    yield { what: `${subject} ${input} (taken away)`, urn, mutated: { ...resource, inputs: rest } };
    if (JSON.stringify(value).includes(UNKNOWN)) {
      const fewer = { ...dependencies, [input]: [] };
      yield {
        what: `${subject} ${input} (made from nothing)`,
        urn,
        mutated: { ...resource, dependencies: fewer },
      };
    }
  }
}

function* leaves(
  value: unknown,
  path: string,
  whole: Rewrite,
): Generator<readonly [path: string, mutated: unknown]> {
  const isJson = typeof value === "string" && /^[[{]/.test(value);
  const parsed = isJson ? (JSON.parse(value) as unknown) : undefined;
  if (parsed !== undefined) {
    yield* leaves(parsed, path, (part) => whole(JSON.stringify(part)));
  } else if (Array.isArray(value)) {
    for (const [index, each] of value.entries())
      yield* leaves(each, `${path}[${index}]`, (part) => whole(value.with(index, part)));
    yield [`${path} (one more)`, whole([...(value as unknown[]), "one more"])];
  } else if (typeof value === "object" && value !== null && !("ciphertext" in value)) {
    for (const [key, each] of Object.entries(value))
      yield* leaves(each, `${path}.${key}`, (part) => whole({ ...value, [key]: part }));
    yield [`${path} (one more)`, whole({ ...value, oneMore: true })];
  } else yield [path, whole(other(value))];
}

/** Another value of the same kind. */
function other(value: unknown): unknown {
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  if (typeof value === "string") return value === UNKNOWN ? "written by hand" : `other-${value}`;
  return "something else";
}
