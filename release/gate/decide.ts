import type { Entry } from "../ledger/entry";
import { type Condition, conditionsOf } from "./conditions";
import { detail, type Facts, minutesSince, newest } from "./facts";
import { ADMISSION_MINUTES, type Gate } from "./gate";
import { sayAgain, wordOf } from "./override";

export type Way =
  /** It runs already: nothing of the release changes. */
  | "unchanged"
  /** It ran directly before the one that runs now: going back one step is always open, a second one or forward again after that is not. */
  | "back"
  /** It was let in a short time ago, and its delivery did not end. */
  | "finish"
  /** All conditions hold. */
  | "open"
  /** Not all hold, and a second person has let it in all the same. */
  | "overridden"
  | "closed";

export interface Verdict {
  readonly way: Way;
  readonly conditions: readonly Condition[];
  /** The entry that lets it in, where the conditions do not. */
  readonly because?: Entry;
}

/** A gate, and since when it is on record. */
export interface GateInForce {
  readonly gate: Gate;
  readonly entry: Entry;
}

/**
 * Whether a release may be delivered. Both the gate of the settings and the one on record must let it in: a gate that is
 * weaker than the last one counts only after something has passed the last one.
 *
 * @param older what is known by the place that the gate on record names. @default both gates name the same place
 */
export function decide(
  gates: { readonly settings?: Gate; readonly inForce?: GateInForce },
  facts: Facts,
  stack: string,
  older = facts,
): Verdict {
  const { here } = facts;
  const conditions = joined(gates, facts, stack, older);
  const last = newest(here, "live", "replaced");
  if (last?.kind === "live") return { way: "unchanged", conditions: [], because: last };
  if (last && (ranBefore(last, facts) || isGoingBack(last, facts)))
    return { way: "back", conditions: [], because: last };
  const admitted = newest(here, "admitted", "promoted", "live", "replaced");
  if (admitted?.kind === "admitted" && mayFinish(admitted, conditions, facts))
    return { way: "finish", conditions, because: admitted };
  if (conditions.every(({ holds }) => holds)) return { way: "open", conditions };
  const all = [gates.settings, gates.inForce?.gate].filter((gate) => gate !== undefined);
  const word = wordOf(all, facts);
  if (word === undefined) return { way: "closed", conditions };
  if (word.lapsed !== undefined)
    return { way: "closed", conditions: [...conditions, sayAgain(word, facts, stack)] };
  return { way: "overridden", conditions, because: word.entry };
}

/** Whether it ran directly before the one that runs now, which came by no way back itself: one step is always open, and no second one. */
function ranBefore(replaced: Entry, { here, successor }: Facts): boolean {
  const wasHere = newest(here, "live") !== undefined;
  const runs = newest(successor, "live", "replaced")?.kind === "live";
  // Of what has run again since then something else ran directly before.
  const ranOnce = (newest(successor, "replaced")?.sequence ?? 0) < replaced.sequence;
  return wasHere && runs && ranOnce && detail(replaced, "way") !== "back";
}

/** Whether a run that went back to it was killed between the two entries which say so, a short time ago. */
function isGoingBack(replaced: Entry, { release, here, successor, now }: Facts): boolean {
  const admitted = newest(here, "admitted", "promoted", "live", "replaced");
  const gone = newest(successor, "live", "replaced");
  return (
    admitted?.kind === "admitted" &&
    detail(admitted, "way") === "back" &&
    minutesSince(admitted, now) < ADMISSION_MINUTES &&
    gone?.kind === "replaced" &&
    gone.sequence > replaced.sequence &&
    detail(gone, "by") === release &&
    detail(gone, "way") === "back"
  );
}

/** Of what was let in: a window may close meanwhile, and what it was let in without may be missing still. All else is asked about again. */
function mayFinish(
  admitted: Entry,
  conditions: readonly Condition[],
  { now, frozen, declaration }: Facts,
): boolean {
  const was = detail(admitted, "declaration") ?? declaration;
  const isFrozenSince = frozen?.kind === "frozen" && frozen.sequence > admitted.sequence;
  const isSame = declaration === undefined || was === declaration;
  const lacked = lackedBy(admitted);
  const holds = conditions.every((each) => each.holds || each.passes || lacked.has(each.name));
  return minutesSince(admitted, now) < ADMISSION_MINUTES && !isFrozenSince && isSame && holds;
}

/** Names of the conditions that did not hold when a release was let in. */
function lackedBy({ details }: Entry): ReadonlySet<unknown> {
  const written: unknown = details?.["conditions"];
  const all: readonly unknown[] = Array.isArray(written) ? written : [];
  return new Set(all.flatMap((each) => (isLacking(each) ? [each.name] : [])));
}

const isLacking = (condition: unknown): condition is Pick<Condition, "name"> =>
  typeof condition === "object" &&
  condition !== null &&
  "name" in condition &&
  "holds" in condition &&
  condition.holds === false;

/** Commands know of a gate by the stack's file. */
const withGateBack = (action: string, stack: string): string =>
  action.startsWith("npm run release ")
    ? `put switchyard:gate back into Pulumi.${stack}.yaml, then ${action}`
    : action;

/** The conditions of both gates, each once. */
function joined(
  { settings, inForce }: Parameters<typeof decide>[0],
  facts: Facts,
  stack: string,
  olderFacts: Facts,
): Condition[] {
  const conditions = settings ? conditionsOf(settings, facts, stack) : [];
  if (!inForce) return conditions;
  const { gate, entry } = inForce;
  const known = new Set(conditions.map(({ name, holds }) => `${name} ${String(holds)}`));
  const older = conditionsOf(gate, olderFacts, stack)
    .filter(({ name, holds }) => !known.has(`${name} ${String(holds)}`))
    .map((each) => ({ ...each, name: `${each.name} (by the gate of entry ${entry.sequence})` }))
    .map((each) => (settings ? each : { ...each, action: withGateBack(each.action, stack) }));
  return [...conditions, ...older];
}
