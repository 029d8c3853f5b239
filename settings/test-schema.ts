import { z } from "zod";
import { argument } from "./common-schema";
import { flag, rule, ruleWithout, text, wholeNumber } from "./rule";

const expectation = rule(
  z.strictObject({
    path: text(/^\/[\x21-\x7e]{0,1023}$/, "a path that starts with /", "correct it"),
    status: wholeNumber(100, 599).default(200),
    contains: text(/^[^]{1,1024}$/, "a text of 1 to 1024 characters", "correct it").exactOptional(),
    release: flag.default(false),
    everyTask: flag.default(false),
  }),
  "an object with path",
  "write path: /version and what it is expected to answer",
);

const timeoutSeconds = wholeNumber(5, 3600).default(120);

/** A test of a version. ECS takes 8192 characters of overrides: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html */
export const test = rule(
  z.strictObject({
    command: rule(
      z.array(argument).min(1).max(100),
      "a list of texts",
      "write each argument as its own text",
    ).default(["--expect"]),
    expect: rule(
      z.array(expectation).max(20),
      "a list of up to 20 expectations",
      "list what is expected of the version",
    ).prefault([]),
    timeoutSeconds,
  }),
  "an object",
  "write expect or command under it or leave it out",
);

/** A test of a version that nobody can ask over HTTP. */
export const ownTest = ruleWithout(
  z.strictObject({
    command: rule(
      z
        .array(argument)
        .min(1)
        .max(100)
        .refine((parts) => parts.length > 1 || parts[0] !== "--expect"),
      "a command of your own, as a list of texts",
      "write what the version's container is to run: --expect asks over HTTP, where nobody reaches a worker",
    ),
    timeoutSeconds,
  }),
  "an object with command",
  "write command under it or leave it out",
  {
    expect:
      "remove it and write a command of your own: nobody can ask a worker for an answer over HTTP",
  },
);
