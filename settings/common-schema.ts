import { z } from "zod";
import { FARGATE_CPU } from "../components/fargate-size";
import { environmentName, environmentValue, projectPath, secretName } from "./names";
import { hiddenRule, oneNumberOf, rule, text, wholeNumber } from "./rule";

export const argument = hiddenRule(
  z.string().min(1).max(4096),
  "a text of 1 to 4096 characters",
  "correct it",
);

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
export const healthCommand = rule(
  z
    .array(argument)
    .min(2)
    .refine(([form]) => form === "CMD" || form === "CMD-SHELL"),
  "CMD or CMD-SHELL and what to run",
  'start it with CMD, for example ["CMD", "/bin/check"]',
).default(["CMD", "/nodejs/bin/node", "/app/server.js", "--healthcheck"]);

const image = rule(
  z.strictObject({
    context: projectPath,
    dockerfile: projectPath,
    prepare: text(/^[^\0\n\r]{1,1000}$/, "a command on one line", "correct it").exactOptional(),
  }),
  "an object with context and dockerfile",
  "say how the image is built",
);

/** Targets per target group, https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const MOST_TASKS = 1000;

export const maxTasks = wholeNumber(
  1,
  MOST_TASKS,
  "say how many tasks the service may have at most",
);

/** What a service of either kind has, and in both is the same. */
export const common = {
  image,
  cpu: oneNumberOf(FARGATE_CPU).default(256),
  memoryMiB: wholeNumber(512, 122_880).default(512),
  tasks: wholeNumber(1, MOST_TASKS).default(2),
  environment: rule(
    z.record(environmentName, environmentValue),
    "an object of names and texts",
    "write NAME: value under it",
  ).prefault({}),
  secrets: rule(
    z.record(environmentName, secretName),
    "an object of environment names and names of secrets",
    "write NAME: secret-name under it",
  ).prefault({}),
  command: rule(
    z.array(argument).min(1).max(100),
    "a list of texts",
    "write each argument as its own text",
  ).exactOptional(),
  /** Fargate's limit, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html */
  stopTimeoutSeconds: wholeNumber(2, 120).default(30),
  readyTimeoutSeconds: wholeNumber(10, 3600).default(300),
} as const;
