import { z } from "zod";
import { isZone } from "../release/gate/calendar";
import { DAYS, EVIDENCE, type Gate } from "../release/gate/gate";
import { STACK_NAME } from "../release/stack-name";
import { oneOf, rule, text, unique, wholeNumber } from "./rule";
import { accountId, region } from "./stack-schema";

/** A month: whatever has to soak longer is not waited for by a gate. */
const MOST_SOAK_MINUTES = 43_200;

const zone = rule(
  z.string().refine(isZone),
  "the IANA name of a time zone, such as Europe/Berlin or UTC",
  "correct it",
);

const time = (most: RegExp, allowed: string): z.ZodString =>
  text(most, allowed, "write HH:MM, quoted");

const window = rule(
  z.strictObject({
    days: rule(
      z.array(oneOf(DAYS)).min(1).refine(unique),
      `one or more of ${DAYS.join(", ")}, each once`,
      "correct the list",
    ).default([...DAYS]),
    from: time(/^([01]\d|2[0-3]):[0-5]\d$/, "a time from 00:00 to 23:59").default("00:00"),
    to: time(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "a time from 00:00 to 24:00").default("24:00"),
    zone,
  }),
  "an object with days, from, to and zone",
  "write its parts under it",
);

const DATE = text(/^\d{4}-\d\d-\d\d$/, "a date such as 2026-12-24", "write YYYY-MM-DD, quoted");
const date = rule(DATE.refine(isDate), "a date that the calendar has", "correct it");

const freeze = rule(
  z.strictObject({
    from: date,
    to: date,
    zone: zone.default("UTC"),
    reason: text(/\S/, "why nothing is delivered then", "say why"),
  }),
  "an object with from, to and reason",
  "write the days of the freeze",
);

/** ARNs as STS says them, which is how a caller is known: a role's has a session at its end. */
const arnPattern = text(
  /^(arn:aws[a-z-]*:(iam|sts)::\d{12}:(user|assumed-role|federated-user)\/[\w+=,.@/*-]+)$/,
  "an ARN as `aws sts get-caller-identity` says it, * for any text: arn:aws:sts::222222222222:assumed-role/approver/*",
  "name the account, and the role or the user",
);

const arnPatterns = rule(z.array(arnPattern).min(1), "a list of ARNs", "name one or more");

/** A pattern of ARNs, or an e-mail address as commits have it. */
const alias = text(/^(arn:|[^\s@]+@[^\s@]+$)/, "an ARN or an e-mail address", "correct it");

export const gate = rule(
  z.strictObject({
    provenIn: rule(
      z.strictObject({
        stack: text(STACK_NAME, "a stack's name", "name the stack"),
        accountId,
        region: region.exactOptional(),
      }),
      "an object with stack and accountId",
      "name the stack that releases are proven in, and its account",
    ),
    evidence: rule(
      z.array(oneOf(EVIDENCE)).refine(unique),
      `a list out of ${EVIDENCE.join(", ")}, each once`,
      "correct the list",
    ).default(["built", "smoke", "acceptance", "live"]),
    soakMinutes: wholeNumber(0, MOST_SOAK_MINUTES).default(0),
    approvals: rule(
      z.array(
        rule(
          z.strictObject({ count: wholeNumber(1, 10).default(1), from: arnPatterns }),
          "an object with count and from",
          "say how many of whom have to approve",
        ),
      ),
      "a list of objects with count and from",
      "say how many of whom have to approve",
    ).default([]),
    windows: rule(z.array(window), "a list of windows", "correct it").default([]),
    freezes: rule(z.array(freeze), "a list of freezes", "correct it").default([]),
    emergency: rule(z.array(arnPattern), "a list of ARNs", "correct it").default([]),
    people: rule(
      z.record(z.string(), rule(z.array(alias), "a list of ARNs and addresses", "correct it")),
      "a list of ARNs and e-mail addresses for each person",
      "correct it",
    ).default({}),
  }) satisfies z.ZodType<Omit<Gate, "provenIn">>,
  "an object with provenIn",
  "write its conditions under it or leave it out",
);

function isDate(value: string): boolean {
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}
