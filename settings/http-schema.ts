import { z } from "zod";
import type { ShiftStep, Strategy } from "../release/shift-plan";
import { common, healthCommand, maxTasks } from "./common-schema";
import { delivery } from "./delivery-schema";
import { rule, text, wholeNumber } from "./rule";
import type { DeliverySettings, HttpServiceSettings } from "./types";

/** An HTTP service as it is configured: without a priority or steps, they are derived. */
export type HttpServiceConfig = Omit<HttpServiceSettings, "priority" | "delivery"> & {
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

/**
 * Both kinds of health check share these, so each has the narrower limit of the two.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
 */
const healthCheck = rule(
  z.strictObject({
    path: healthPath.default("/readyz"),
    command: healthCommand,
    intervalSeconds: wholeNumber(5, 300).default(5),
    timeoutSeconds: wholeNumber(2, 60).default(2),
    healthyThreshold: wholeNumber(2, 10).default(2),
    unhealthyThreshold: wholeNumber(2, 10).default(2),
  }),
  "an object",
  "write its settings under it or leave it out",
);

const scaling = rule(
  z.strictObject({
    maxTasks,
    cpuPercent: wholeNumber(1, 100).exactOptional(),
    requestsPerTarget: wholeNumber(1, 1_000_000).exactOptional(),
  }),
  "an object with maxTasks and cpuPercent or requestsPerTarget",
  "write them under it or leave it out",
);

export const httpService = rule(
  z.strictObject({
    image: common.image,
    paths,
    /** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html */
    priority: wholeNumber(1, 25_000).exactOptional(),
    /** Lower ports need a capability that the container has not: capabilities(7), CAP_NET_BIND_SERVICE. */
    port: wholeNumber(1024, 65_535, "say on which port the container listens"),
    cpu: common.cpu,
    memoryMiB: common.memoryMiB,
    tasks: common.tasks,
    scaling: scaling.exactOptional(),
    environment: common.environment,
    secrets: common.secrets,
    command: common.command,
    healthCheck: healthCheck.prefault({}),
    stopTimeoutSeconds: common.stopTimeoutSeconds,
    /** Less than the stop timeout; the load balancer itself allows 3600. */
    drainSeconds: wholeNumber(0, 119).default(5),
    readyTimeoutSeconds: common.readyTimeoutSeconds,
    delivery: delivery.prefault({}),
  }) satisfies z.ZodType<HttpServiceConfig>,
  "an object",
  "write the service's settings under it",
);
