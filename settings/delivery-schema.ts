import { z } from "zod";
import { STRATEGIES } from "../release/shift-plan";
import { test } from "./test-schema";
import { flag, oneOf, rule, text, wholeNumber } from "./rule";

/** The longest that a pause or a bake may be: the shortest session of a role that AWS gives by default. */
const MOST_SECONDS = 3600;

const step = rule(
  z.strictObject({
    percent: wholeNumber(1, 100),
    pauseSeconds: wholeNumber(0, MOST_SECONDS).default(0),
  }),
  "an object with percent and pauseSeconds",
  "write percent: 10 and pauseSeconds: 300 under it",
);

const percentage = rule(
  z.number().gt(0).max(100),
  "a number above 0, 100 at most",
  "choose a number in that range",
);

export const seconds = rule(
  z.number().gt(0).max(60),
  "a number above 0, 60 at most",
  "choose a number in that range",
);

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html: 100 names, 6 of them ours. */
export const watch = rule(
  z
    .array(
      text(
        /^arn:aws[a-z-]*:cloudwatch:[a-z0-9-]+:\d{12}:alarm:.{1,255}$/,
        "the ARN of a CloudWatch alarm",
        "copy it from `aws cloudwatch describe-alarms`",
      ),
    )
    .max(90)
    .refine((arns) => new Set(arns).size === arns.length),
  "a list of up to 90 different ARNs",
  "list each alarm once",
);

const alarms = rule(
  z.strictObject({
    enabled: flag.default(true),
    failedPercent: percentage.default(5),
    latencySeconds: seconds.default(2),
    missingData: oneOf(["notBreaching", "breaching", "ignore", "missing"]).default("notBreaching"),
    watch: watch.prefault([]),
  }),
  "an object",
  "write its settings under it or leave it out",
);

export const order = wholeNumber(0, 100).default(0);
export const bakeSeconds = wholeNumber(0, MOST_SECONDS).default(300);

export const delivery = rule(
  z.strictObject({
    order,
    strategy: oneOf(STRATEGIES).default("canary"),
    steps: rule(
      z.array(step).min(1).max(20),
      "one to 20 steps",
      "list the shares in rising order, 100 at the end",
    ).exactOptional(),
    bakeSeconds,
    standby: oneOf(["warm", "cold"]).default("warm"),
    alarms: alarms.prefault({}),
    smoke: test.exactOptional(),
    acceptance: test.exactOptional(),
  }),
  "an object",
  "write its settings under it or leave it out",
);
