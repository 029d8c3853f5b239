import { z } from "zod";

/** What a refused value is told. */
export interface Rule {
  /** For example `256, 512 or 1024`. */
  readonly allowed: string;
  /** What to do about it. */
  readonly action: string;
  /** The value may be a secret put in the wrong place: never show it. */
  readonly hidden?: boolean;
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
