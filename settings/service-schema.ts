import { z } from "zod";
import { FARGATE_CPU } from "../components/fargate-size";
import { delivery } from "./delivery-schema";
import { environmentName, environmentValue, projectPath, secretName } from "./names";
import { hiddenRule, oneNumberOf, rule, text, wholeNumber } from "./rule";
import type { DeliverySettings, ServiceSettings } from "./types";
import type { ShiftStep, Strategy } from "../release/shift-plan";

/** A service as it is configured: without a priority or steps, they are derived. */
export type ServiceConfig = Omit<ServiceSettings, "priority" | "delivery"> & {
  readonly priority?: number;
  readonly delivery: Omit<DeliverySettings, "steps"> & {
    readonly strategy: Strategy;
    readonly steps?: readonly ShiftStep[];
  };
};

const ABSOLUTE_PATH = "a path that starts with /";

/** 1024 characters, https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html */
const healthPath = text(
  /^\/[\x21-\x7e]{0,1023}$/,
  `${ABSOLUTE_PATH}, 1024 characters at most`,
  "correct it",
);

/**
 * 128 characters of these kinds.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RuleCondition.html
 */
const pathPattern = text(
  /^\/[A-Za-z0-9_\-.$/~"'@:+&*?]{0,127}$/,
  `${ABSOLUTE_PATH}, 128 characters at most out of letters, digits and _-.$/~"'@:+&*?`,
  "correct it",
);

/**
 * A rule has five condition values; one is left for the test listener's own condition.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
 */
const paths = rule(
  z
    .array(pathPattern)
    .min(1)
    .max(4)
    .refine((patterns) => new Set(patterns).size === patterns.length),
  "one to four different path patterns",
  'list what the service answers, for example ["/orders", "/orders/*"]',
);

const argument = hiddenRule(
  z.string().min(1).max(4096),
  "a text of 1 to 4096 characters",
  "correct it",
);

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
const healthCommand = rule(
  z
    .array(argument)
    .min(2)
    .refine(([form]) => form === "CMD" || form === "CMD-SHELL"),
  "CMD or CMD-SHELL and what to run",
  'start it with CMD, for example ["CMD", "/bin/check"]',
);

/**
 * Both kinds of health check share these, so each has the narrower limit of the two.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
 */
const healthCheck = rule(
  z.strictObject({
    path: healthPath.default("/readyz"),
    command: healthCommand.default(["CMD", "/nodejs/bin/node", "/app/server.js", "--healthcheck"]),
    intervalSeconds: wholeNumber(5, 300).default(5),
    timeoutSeconds: wholeNumber(2, 60).default(2),
    healthyThreshold: wholeNumber(2, 10).default(2),
    unhealthyThreshold: wholeNumber(2, 10).default(2),
  }),
  "an object",
  "write its settings under it or leave it out",
);

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

const scaling = rule(
  z.strictObject({
    maxTasks: wholeNumber(1, MOST_TASKS, "say how many tasks the service may have at most"),
    cpuPercent: wholeNumber(1, 100).exactOptional(),
    requestsPerTarget: wholeNumber(1, 1_000_000).exactOptional(),
  }),
  "an object with maxTasks and cpuPercent or requestsPerTarget",
  "write them under it or leave it out",
);

export const service = rule(
  z.strictObject({
    image,
    paths,
    /** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html */
    priority: wholeNumber(1, 25_000).exactOptional(),
    /** Lower ports need a capability that the container has not: capabilities(7), CAP_NET_BIND_SERVICE. */
    port: wholeNumber(1024, 65_535, "say on which port the container listens"),
    cpu: oneNumberOf(FARGATE_CPU).default(256),
    memoryMiB: wholeNumber(512, 122_880).default(512),
    tasks: wholeNumber(1, MOST_TASKS).default(2),
    scaling: scaling.exactOptional(),
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
    healthCheck: healthCheck.prefault({}),
    /** Fargate's limit, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html */
    stopTimeoutSeconds: wholeNumber(2, 120).default(30),
    /** Less than the stop timeout; the load balancer itself allows 3600. */
    drainSeconds: wholeNumber(0, 119).default(5),
    readyTimeoutSeconds: wholeNumber(10, 3600).default(300),
    delivery: delivery.prefault({}),
  }) satisfies z.ZodType<ServiceConfig>,
  "an object",
  "write the service's settings under it",
);
