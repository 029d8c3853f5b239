import { shortId } from "../release";
import { countApprovals, type Excluded } from "./approvals";
import { isFrozen, isOpen, showTime, showWindow } from "./calendar";
import { askedBy, askersOf, detail, details, type Facts, newest, soakedMinutes } from "./facts";
import type { Evidence, Gate } from "./gate";
import { personOf } from "./people";

/** One thing that must hold, as it was found. */
export interface Condition {
  /** For example `2 approvals`. */
  readonly name: string;
  readonly holds: boolean;
  readonly found: string;
  /** What to do where it does not hold: a command, or when to come back. */
  readonly action: string;
  /** Whether a delivery that was let in may be finished without it: nobody can make it hold. @default false */
  readonly passes?: boolean;
}

/** Where the release is asked for, and where it is proven. */
interface Stacks {
  readonly from: string;
  readonly to: string;
}

/** All conditions of a gate, in the order in which a person would see to them. */
export function conditionsOf(gate: Gate, facts: Facts, stack: string): Condition[] {
  const stacks = { from: gate.provenIn.stack, to: stack };
  return [
    promoted(facts, stacks),
    ...gate.evidence.map((kind) => evident(kind, facts, stacks)),
    ...(gate.soakMinutes > 0 ? [soaked(gate, facts, stacks)] : []),
    ...approved(gate, facts, stacks),
    ...(gate.windows.length > 0 ? [inWindow(gate, facts)] : []),
    notFrozen(gate, facts, stacks),
  ];
}

/** What is found of conditions that only a ledger could satisfy which the first delivery is yet to make. */
const FIRST = "the first delivery makes the ledger that would have it";

function promoted({ here, isNew }: Facts, { from, to }: Stacks): Condition {
  const entry = askedBy(here);
  const none = isNew ? FIRST : "nothing on record";
  return {
    name: `promoted to ${to}`,
    holds: entry !== undefined || isNew,
    found: entry ? `by ${entry.by.arn}, ${entry.time}` : none,
    action: `npm run release -- promote --from ${from} --to ${to}`,
  };
}

/** What makes each kind of evidence, in the stack that a release is proven in. */
const MAKES: Record<Evidence, (stacks: Stacks) => string> = {
  built: up,
  scanned: up,
  smoke: up,
  acceptance: up,
  load: up,
  rehearsed: up,
  live: up,
  parity: ({ from, to }) => `npm run release -- parity --stack ${from},${to} --record`,
};

function up({ from }: Stacks): string {
  return `npm run pulumi -- up -s ${from}, with this release`;
}

function evident(
  kind: Evidence,
  { there, declaration, unreadable = "nothing on record" }: Facts,
  stacks: Stacks,
): Condition {
  const entry = newest(there, kind);
  const name = `${kind} in ${stacks.from}`;
  const action = MAKES[kind](stacks);
  if (entry?.stack !== stacks.from) return { name, holds: false, found: unreadable, action };
  const last = newest(there, "live", "replaced");
  const isStale = kind === "parity" && entry.result !== declaration;
  const wasTakenBack = kind === "live" && last?.details?.["wentBack"] === true;
  const problem = isStale
    ? ", before the infrastructure changed"
    : wasTakenBack
      ? `, and taken back ${last.time}`
      : "";
  return { name, holds: problem === "", found: `${entry.time}${problem}`, action };
}

function soaked({ soakMinutes }: Gate, { there, now }: Facts, { from }: Stacks): Condition {
  const minutes = soakedMinutes(
    there.filter(({ stack }) => stack === from),
    now,
  );
  const left = soakMinutes - minutes;
  const at = new Date(now.getTime() + left * 60_000);
  return {
    name: `${soakMinutes} min of all traffic in ${from}`,
    holds: left <= 0,
    found: `${minutes} min`,
    action: `wait until ${showTime(at, "UTC")}, with this release live in ${from}`,
  };
}

/** Whoever made the release, and whoever asked for it. */
export function excluded(
  { here, there, between }: Pick<Facts, "here" | "there" | "between">,
  { people }: Pick<Gate, "people">,
): Excluded {
  const persons = new Map<string, string>();
  // A release that was delivered there again has other authors on record the second time: those since what was live then.
  const built = there.filter(({ kind }) => kind === "built");
  for (const each of [...between, ...built])
    for (const author of details(each, "authors"))
      persons.set(personOf(author, people), `${author} wrote a part of the release`);
  for (const { by } of built) persons.set(personOf(by.arn, people), `${by.arn} built the release`);
  for (const { by } of askersOf(here))
    persons.set(personOf(by.arn, people), `${by.arn} promoted the release`);
  return persons;
}

function approved(gate: Gate, facts: Facts, { to }: Stacks): Condition[] {
  const since = askedBy(facts.here)?.sequence ?? Number.POSITIVE_INFINITY;
  const entries = facts.here.filter(({ kind }) => kind === "approved");
  const counted = countApprovals(entries, gate, excluded(facts, gate), since);
  const regardless = counted.disregarded.map(({ by, why }) => `not ${by}: ${why}`);
  return counted.byRule.map(({ rule, people }) => ({
    name: `${rule.count} approval${rule.count === 1 ? "" : "s"} of ${rule.from.join(" or ")}`,
    holds: people.length >= rule.count || facts.isNew,
    found: facts.isNew
      ? FIRST
      : [people.length === 0 ? "none" : people.join(", "), ...regardless].join("; "),
    action: `npm run release -- approve ${shortId(facts.release)} --stack ${to}`,
  }));
}

function inWindow({ windows }: Gate, { now }: Facts): Condition {
  const zones = [...new Set(windows.map(({ zone }) => zone))];
  return {
    name: windows.map(showWindow).join("; "),
    holds: windows.some((window) => isOpen(window, now)),
    found: zones.map((zone) => showTime(now, zone)).join(", "),
    action: "come back then",
    passes: true,
  };
}

function notFrozen({ freezes }: Gate, { now, frozen }: Facts, { to }: Stacks): Condition {
  const name = "no freeze";
  const planned = freezes.find((freeze) => isFrozen(freeze, now));
  if (frozen?.kind === "frozen")
    return {
      name,
      holds: false,
      found: `${detail(frozen, "reason") ?? "no reason"}, by ${frozen.by.arn}, ${frozen.time}`,
      action: `npm run release -- unfreeze --stack ${to} --reason "it is over"`,
    };
  if (planned === undefined) return { name, holds: true, found: "none", action: "" };
  const { from, to: until, zone, reason } = planned;
  const found = `${reason}, ${from} to ${until} ${zone}`;
  return { name, holds: false, found, action: `come back after ${until}` };
}
