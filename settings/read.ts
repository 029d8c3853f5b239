import { z } from "zod";
import type { Problem } from "../release/errors";
import { childPath } from "./config-path";
import { choiceOf, ruleOf } from "./rule";
import { suggest } from "./suggest";

/** A value of which any part may be missing because it was refused. */
export type Lenient<T> = T extends readonly (infer E)[]
  ? readonly (Lenient<E> | undefined)[]
  : T extends object
    ? { readonly [K in keyof T]?: Lenient<T[K]> | undefined }
    : T;

/**
 * Reads a value by its schema. Goes on after a problem, so that all are found at once: a part that
 * is refused is left out of the result, every other part is in it with its defaults.
 */
export function read<S extends z.ZodType>(
  schema: S,
  value: unknown,
  path: string,
  problems: Problem[],
): Lenient<z.output<S>> | undefined {
  return visit(schema, value, path, problems) as Lenient<z.output<S>> | undefined;
}

/** Whether a value is an object of the kind that YAML and JSON have. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as a message shows it: short, on one line. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string" && value.length <= 80) return JSON.stringify(value);
  if (typeof value === "number" || typeof value === "boolean" || value === null)
    return String(value);
  return kind(value);
}

/** The kind of a value that must not be shown. */
export function kind(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return "an object";
  if (typeof value === "string") return `a text of ${value.length} characters`;
  return `a ${typeof value}`;
}

function visit(schema: z.ZodType, value: unknown, path: string, problems: Problem[]): unknown {
  if (schema instanceof z.ZodExactOptional) {
    return value === undefined
      ? undefined
      : visit(schema.unwrap() as z.ZodType, value, path, problems);
  }
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    if (value === undefined) return schema.parse(undefined);
    return visit(schema.unwrap() as z.ZodType, value, path, problems);
  }
  if (schema instanceof z.ZodUnion) {
    const choose = choiceOf(schema) ?? closest(schema.options as z.ZodObject[]);
    return visit(choose(value), value, path, problems);
  }
  if (schema instanceof z.ZodObject && isMap(value))
    return visitObject(schema, value, path, problems);
  if (schema instanceof z.ZodRecord && isMap(value))
    return visitRecord(schema, value, path, problems);
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return visitArray(schema, value, path, problems);
  }
  return visitLeaf(schema, value, path, problems);
}

function visitObject(
  schema: z.ZodObject,
  value: Readonly<Record<string, unknown>>,
  path: string,
  problems: Problem[],
): unknown {
  const { found, foreign = {} } = ruleOf(schema);
  if (found !== undefined) problems.push({ path, found, ...advice(schema) });
  const known = Object.keys(schema.shape);
  for (const key of Object.keys(value).filter((each) => !known.includes(each))) {
    const isForeign = Object.hasOwn(foreign, key);
    problems.push({
      path: childPath(path, key),
      found: isForeign ? "a setting of HTTP services" : "an unknown key",
      allowed: known.join(", "),
      action: (isForeign && foreign[key]) || suggest(key, known, "remove it"),
    });
  }
  const parts = Object.entries(schema.shape).map(([key, part]) => {
    const given = Object.hasOwn(value, key) ? value[key] : undefined;
    return [key, visit(part as z.ZodType, given, childPath(path, key), problems)] as const;
  });
  return Object.fromEntries(parts.filter(([, part]) => part !== undefined));
}

function visitRecord(
  schema: z.ZodRecord,
  value: Readonly<Record<string, unknown>>,
  path: string,
  problems: Problem[],
): unknown {
  const before = problems.length;
  const keyType = schema.keyType as z.ZodType;
  const parts = Object.entries(value).map(([key, given]) => {
    const isName = keyType.safeParse(key).success;
    if (!isName) {
      problems.push({
        path: childPath(path, key),
        found: "a name of another form",
        ...advice(keyType),
      });
    }
    const part = visit(schema.valueType as z.ZodType, given, childPath(path, key), problems);
    return [key, isName ? part : undefined] as const;
  });
  const record = Object.fromEntries(parts.filter(([, part]) => part !== undefined));
  if (problems.length === before) visitLeaf(schema, record, path, problems);
  return record;
}

function visitArray(
  schema: z.ZodArray,
  value: unknown[],
  path: string,
  problems: Problem[],
): unknown {
  const before = problems.length;
  const element = schema.element as z.ZodType;
  const elements = value.map((each, index) =>
    visit(element, each, childPath(path, index), problems),
  );
  if (problems.length === before) visitLeaf(schema, elements, path, problems);
  return elements;
}

function visitLeaf(schema: z.ZodType, value: unknown, path: string, problems: Problem[]): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const found = ruleOf(schema).hidden === true ? kind(value) : show(value);
  problems.push({ path, found, ...advice(schema) });
  return undefined;
}

function advice(schema: z.ZodType): Pick<Problem, "allowed" | "action"> {
  const { allowed, action } = ruleOf(schema);
  return { allowed, action };
}

/** The form of a union that shares the most keys with the value; the first if none does. */
const closest =
  (options: readonly z.ZodObject[]) =>
  (value: unknown): z.ZodType => {
    const keys = isMap(value) ? Object.keys(value) : [];
    const shared = (option: z.ZodObject): number =>
      keys.filter((key) => key in option.shape).length;
    return options.reduce((best, option) => (shared(option) > shared(best) ? option : best));
  };
