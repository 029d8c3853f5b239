import { z } from "zod";
import type { ScanSettings } from "../release/scan/scan-settings";
import { SOURCES } from "../release/scan/scan-settings";
import { THRESHOLDS } from "../release/scan/severity";
import { oneOf, rule, text } from "./rule";

/** Shorter is no reason. */
const LEAST_REASON_CHARACTERS = 20;

const day = rule(
  z
    .string()
    .regex(/^\d{4}-\d\d-\d\d$/)
    .refine(isDay),
  "a date that the calendar has, such as 2026-12-24",
  "write the last day on which it holds as YYYY-MM-DD, quoted",
);

const exception = rule(
  z.strictObject({
    id: text(/^\S+$/, "the id of a finding, such as CVE-2021-23337", "copy it from the refusal"),
    package: text(/^\S+$/, "the name of a package", "copy it from the refusal"),
    reason: rule(
      z.string().refine((value) => value.trim().length >= LEAST_REASON_CHARACTERS),
      `${LEAST_REASON_CHARACTERS} characters or more`,
      "say why it may be delivered all the same, and what ends that",
    ),
    until: day,
  }),
  "an object with id, package, reason and until",
  "say what may be delivered, why, and until when",
);

export const scan = rule(
  z.strictObject({
    threshold: oneOf(THRESHOLDS).default("high"),
    source: oneOf(SOURCES).default("packages"),
    exceptions: rule(
      z.array(exception),
      "a list of objects with id, package, reason and until",
      "correct the list",
    ).default([]),
  }) satisfies z.ZodType<ScanSettings>,
  "an object with threshold, source and exceptions",
  "write its parts under it or leave it out",
);

/** JavaScript takes the 31st of a shorter month for the 1st or so of the next one. */
function isDay(value: string): boolean {
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}
