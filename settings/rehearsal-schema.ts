import { z } from "zod";
import type { RehearsalSettings } from "../release/rehearsal/evidence";
import { seconds } from "./delivery-schema";
import { rule, wholeNumber } from "./rule";

/** Three times so long the update takes longer: a quarter of an hour is the longest. */
const MOST_SECONDS = 300;

/** So many are made by the process that delivers, beside its other work. */
const MOST_REQUESTS = 100;

export const rehearsal = rule(
  z.strictObject({
    seconds: wholeNumber(1, MOST_SECONDS),
    requestsPerSecond: wholeNumber(1, MOST_REQUESTS).default(20),
    latencySeconds: seconds.default(2),
  }) satisfies z.ZodType<RehearsalSettings>,
  "an object with seconds",
  "write seconds: 10 under it or leave it out",
);
