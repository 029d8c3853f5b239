import { z } from "zod";
import { hiddenRule, rule, text } from "./rule";

/**
 * 18 characters leave room for the slot and a random suffix in the 32 of a target group's name.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
 */
export const serviceName = rule(
  z
    .string()
    .regex(/^[a-z](-?[a-z0-9])*$/)
    .max(18),
  "lower-case letters, digits and single hyphens, 18 characters at most",
  "rename it",
);

/** Part of a name in Secrets Manager, which allows 512 characters and more kinds of them. */
export const secretName = rule(
  z
    .string()
    .regex(/^[a-z](-?[a-z0-9])*$/)
    .max(64),
  "lower-case letters, digits and single hyphens, 64 characters at most",
  "rename it",
);

/** What the program itself gives the container of every worker. */
export const WORKER_ENVIRONMENT: readonly string[] = [
  "RELEASE_ID",
  "IMAGE_DIGEST",
  "SLOT",
  "SERVICE",
];
/** Likewise of an HTTP service. */
export const HTTP_ENVIRONMENT: readonly string[] = [...WORKER_ENVIRONMENT, "PORT"];

/** A name that every shell and language can read. `__proto__` would vanish from a JavaScript object. */
export const environmentName = rule(
  z.string().regex(/^(?!__proto__$)[A-Za-z_][A-Za-z0-9_]{0,127}$/),
  "letters, digits and underscores, no digit first, 128 characters at most",
  "rename it",
);

/** Never shown: a secret may have been put here by mistake. */
export const environmentValue = hiddenRule(
  z.string().max(4096),
  "a text of at most 4096 characters",
  "quote the value",
);

/** Path inside the project. */
export const projectPath = text(
  /^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^\0\n\r\\]{1,255}$/,
  "a path relative to the project and inside it",
  "name it from the project's directory, without ..",
);
