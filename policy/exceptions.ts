import { isRecord, items, type Resource, text } from "./rule";

/** Leave to break one rule, for a reason and until a day. */
export interface Exception {
  readonly rule: string;
  /** `TYPE NAME` of resources, `*` for any part of it. */
  readonly resource: string;
  /** @default every stack */
  readonly stack?: string;
  readonly reason: string;
  /** The last day on which it holds, UTC, YYYY-MM-DD. */
  readonly expires: string;
}

export interface ReadExceptions {
  readonly exceptions: readonly Exception[];
  /** What is wrong with those that are not taken, each in one line. */
  readonly problems: readonly string[];
}

const KEYS = ["rule", "resource", "stack", "reason", "expires"];
/** Long enough for a project, short enough that somebody still knows why. Days. */
export const LONGEST_DAYS = 366;
/** Shorter is no reason. */
const LEAST_REASON_CHARACTERS = 20;
const DAY_MILLISECONDS = 86_400_000;

/**
 * The exceptions of a parsed `exceptions.yaml` that hold on a day.
 *
 * @param rules names of the rules that there are
 */
export function readExceptions(
  document: unknown,
  rules: readonly string[],
  now: Date,
): ReadExceptions {
  const given = isRecord(document) ? document["exceptions"] : undefined;
  if (!Array.isArray(given))
    return {
      exceptions: [],
      problems: ["policy/exceptions.yaml: no list of exceptions; write exceptions: [] for none"],
    };
  const read = items(given).map((entry, index) => readOne(entry, index, rules, now));
  return {
    exceptions: read.flatMap((each) => (typeof each === "string" ? [] : [each])),
    problems: read.filter((each) => typeof each === "string"),
  };
}

/** @returns what is wrong with it, in one line, where something is */
function readOne(
  entry: unknown,
  index: number,
  rules: readonly string[],
  now: Date,
): Exception | string {
  const at = `policy/exceptions.yaml, exceptions[${index}]`;
  if (!isRecord(entry)) return `${at}: found no mapping; allowed: ${KEYS.join(", ")}`;
  const unknown = Object.keys(entry).filter((key) => !KEYS.includes(key));
  if (unknown.length > 0)
    return `${at}: found ${unknown.join(", ")}; allowed: ${KEYS.join(", ")}; remove it`;
  const [rule, resource, stack, reason, expires] = KEYS.map((key) => text(entry[key]).trim());
  if (rule === undefined || !rules.includes(rule))
    return `${at}: rule: found ${rule || "nothing"}; allowed: a file name of policy/rules; mend the name, or remove the exception`;
  if (!resource || !/[^*\s]/.test(resource))
    return `${at}: resource: found ${resource || "nothing"}; allowed: TYPE NAME, with * for a part of it; name what breaks the rule`;
  if (!reason || reason.length < LEAST_REASON_CHARACTERS)
    return `${at}: reason: found ${reason || "nothing"}; allowed: ${LEAST_REASON_CHARACTERS} characters or more; say why the rule can't be kept, and what ends that`;
  const problem = dateProblem(expires ?? "", now);
  if (problem !== undefined) return `${at}, of ${rule}: expires: ${problem}`;
  return { rule, resource, reason, expires: expires ?? "", ...(stack && { stack }) };
}

function dateProblem(expires: string, now: Date): string | undefined {
  const start = Date.parse(`${expires}T00:00:00Z`);
  const isDay = /^\d{4}-\d\d-\d\d$/.test(expires) && !Number.isNaN(start);
  // JavaScript takes the 31st of a shorter month for the 1st or so of the next one.
  if (!isDay || new Date(start).toISOString().slice(0, 10) !== expires)
    return `found ${expires || "nothing"}; allowed: a day as YYYY-MM-DD; say when it ends`;
  const today = now.toISOString().slice(0, 10);
  if (now.getTime() >= start + DAY_MILLISECONDS)
    return `found ${expires}, which is over; allowed: ${today} or later; mend the resource and remove the exception, or find its reason anew`;
  if (start - now.getTime() > LONGEST_DAYS * DAY_MILLISECONDS)
    return `found ${expires}; allowed: ${LONGEST_DAYS} days from ${today} at most; choose an earlier day`;
  return undefined;
}

/** Whether an exception is about a resource, in a stack. */
export function covers(exception: Exception, resource: Resource): boolean {
  const pattern = exception.resource
    .split("*")
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return (
    concerns(exception, stackOf(resource.urn)) &&
    new RegExp(`^${pattern}$`).test(`${resource.type} ${resource.name}`)
  );
}

export const concerns = ({ stack }: Exception, current: string | undefined): boolean =>
  stack === undefined || stack === current;

/** `urn:pulumi:STACK::PROJECT::TYPE::NAME` */
export const stackOf = (urn: string): string | undefined => /^urn:pulumi:([^:]+)::/.exec(urn)?.[1];
