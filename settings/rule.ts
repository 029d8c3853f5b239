import { z } from "zod";

/** What a refused value is told. */
export interface Rule {
  /** For example `256, 512 or 1024`. */
  readonly allowed: string;
  /** What to do about it. */
  readonly action: string;
  /** The value may be a secret put in the wrong place: never show it. */
  readonly hidden?: boolean;
  /** Keys of things of another kind, with what to do about each where it is found. @default {} */
  readonly foreign?: Readonly<Record<string, string>>;
  /** What is found of each value: it is refused whatever it holds, and its parts are read all the same. */
  readonly found?: string;
}

const rules = z.registry<Rule>();

/** Ties a rule to a schema: it stands in the message when the value is refused. */
export function rule<S extends z.ZodType>(schema: S, allowed: string, action: string): S {
  rules.add(schema, { allowed, action });
  return schema;
}

/** A rule whose message never shows the value. */
export function hiddenRule<S extends z.ZodType>(schema: S, allowed: string, action: string): S {
  rules.add(schema, { allowed, action, hidden: true });
  return schema;
}

/** A rule of an object that knows the keys which others of its kind have, and it has no use for. */
export function ruleWithout<S extends z.ZodObject>(
  schema: S,
  allowed: string,
  action: string,
  foreign: Readonly<Record<string, string>>,
): S {
  rules.add(schema, { allowed, action, foreign });
  return schema;
}

/** An object that is refused as a whole, for what is found of it, beside what is wrong with its parts. */
export function refusal<S extends z.ZodObject>(
  schema: S,
  found: string,
  allowed: string,
  action: string,
): S {
  rules.add(schema, { allowed, action, found });
  return schema;
}

type Choice = (value: unknown) => z.ZodType;

const choices = new WeakMap<z.ZodType, Choice>();

/** Says by which schema a union's value is read. */
export function choosing<S extends z.ZodUnion>(schema: S, choose: Choice): S {
  choices.set(schema, choose);
  return schema;
}

/** Nothing: by the one that has the most of the value's keys. */
export const choiceOf = (schema: z.ZodType): Choice | undefined => choices.get(schema);

export function ruleOf(schema: z.ZodType): Rule {
  return rules.get(schema) ?? { allowed: "what the documentation says", action: "correct it" };
}

/** A whole number from `min` to `max`, both allowed. */
export function wholeNumber(
  min: number,
  max: number,
  action = "choose a number in that range",
): z.ZodInt {
  return rule(z.int().min(min).max(max), `a whole number from ${min} to ${max}`, action);
}

/** One of a few words. */
export function oneOf<const T extends readonly [string, ...string[]]>(
  values: T,
): z.ZodEnum<{ [K in T[number]]: K }> {
  return rule(z.enum(values), values.join(", "), "choose one of these");
}

/** One of a few numbers. */
export function oneNumberOf(values: readonly number[]): z.ZodLiteral<number> {
  return rule(z.literal([...values]), values.join(", "), "choose one of these");
}

/** Text of a form. */
export function text(form: RegExp, allowed: string, action: string): z.ZodString {
  return rule(z.string().regex(form), allowed, action);
}

export const flag = rule(z.boolean(), "true, false", "choose one of these");

/** Whether each of the values is there once. */
export const unique = (values: readonly unknown[]): boolean =>
  new Set(values).size === values.length;
