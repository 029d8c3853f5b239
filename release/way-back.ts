import type { LiveRule } from "../effects/listener-rule";
import { type DesiredRevision, isWorkerRevision, type Revision, sameRevision } from "./revision";
import { assignSlots, otherSlot, type Slot, type SlotState } from "./slots";
import type { StoredShift } from "./stored-shifts";
import { allTo, describeWeights, sameWeights } from "./weights";

/** A service whose traffic is to go to the slot that stands by. */
export interface Move {
  readonly service: string;
  readonly from: Slot;
  readonly to: Slot;
  readonly shift: StoredShift;
  /** Tasks that the settings ask for. */
  readonly tasks: number;
}

/** What a service was when it was last updated, and what it is to be. */
export interface ServiceOnTheWay {
  readonly recorded: SlotState<Revision> | undefined;
  readonly desired: DesiredRevision | undefined;
  readonly tasks: number;
  readonly shift: StoredShift | undefined;
}

/** Either the traffic of all HTTP services by weights alone, or nothing and why. */
export type WayBack =
  | {
      readonly ok: true;
      readonly moves: readonly Move[];
      /** Workers that have to change as well, and why only the update that follows does it. */
      readonly workers: Readonly<Record<string, string>>;
    }
  | { readonly ok: false; readonly reasons: readonly string[] };

const WORKER = "it is a worker, whose tasks only an update starts and stops";

/**
 * Which weights have to be written for a release to be live, where an update would do no more than that to the HTTP
 * services: decided by what the program itself decides slots by, so that the update that follows finds them right.
 * A worker keeps none of them: people who wait for the traffic must not wait for the start of its tasks.
 */
export function wayBack(services: Readonly<Record<string, ServiceOnTheWay>>): WayBack {
  const moves: Move[] = [];
  const workers: Record<string, string> = {};
  const reasons: string[] = [];
  for (const [service, each] of Object.entries(services)) {
    const found = moveOf(service, each);
    if (found === undefined) continue;
    if (typeof found !== "string") moves.push(found);
    else if (!isOnlyWorker(each)) reasons.push(`${service}: ${found}`);
    else workers[service] = found === WORKER ? WORKER : `${WORKER}; ${found}`;
  }
  return reasons.length > 0 ? { ok: false, reasons } : { ok: true, moves, workers };
}

/** Not one that is to change its kind: the update refuses that, so nothing may be moved ahead of it. */
function isOnlyWorker({ recorded, desired }: ServiceOnTheWay): boolean {
  const known = [desired, recorded?.blue, recorded?.green].flatMap((each) => each ?? []);
  return known.length > 0 && known.every(isWorkerRevision);
}

function moveOf(
  service: string,
  { recorded, desired, tasks, shift }: ServiceOnTheWay,
): Move | string | undefined {
  if (!recorded) return "the stack does not have it yet";
  if (!desired) return "the release has no version of it";
  const next = assignSlots(recorded, desired, sameRevision);
  if (next === recorded) return undefined;
  const { live: to } = next;
  if (recorded[to] === undefined) return `${to} is empty`;
  if (next[to] !== recorded[to])
    return `${to} holds another version, or its settings were changed since`;
  if (isWorkerRevision(desired)) return WORKER;
  if (!shift) return "the stack's state does not tell its listener rule";
  if (!shift.proven.includes(to)) return `what runs in ${to} is not what had the traffic before`;
  return { service, from: recorded.live, to, shift, tasks };
}

/** What was found of a service just before its weights are written. */
export interface Found {
  /** Nothing: the rule is gone. */
  readonly rule: Pick<LiveRule, "weights" | "isForeign"> | undefined;
  /** Healthy targets by slot. */
  readonly healthy: Readonly<Record<Slot, number>>;
}

/** Why a service's traffic can't be moved at once; nothing if it can, or is there already. */
export function obstacle({ from, to, tasks }: Move, { rule, healthy }: Found): string | undefined {
  if (!rule) return "its listener rule is gone";
  const { weights, isForeign } = rule;
  if (isForeign) return "its listener rule does more than share the traffic between the slots";
  if (!sameWeights(weights, allTo(from)) && !sameWeights(weights, allTo(to)))
    return `found ${describeWeights(weights)} where ${describeWeights(allTo(from))} was recorded`;
  const needed = Math.max(tasks, isThere({ to }, rule) ? 0 : healthy[otherSlot(to)]);
  if (healthy[to] < needed) return `${to} has ${healthy[to]} healthy targets, it needs ${needed}`;
  return undefined;
}

/** Whether the traffic is where it is to go: an earlier run may have been ended after its write. */
export function isThere({ to }: Pick<Move, "to">, rule: Found["rule"]): boolean {
  return rule !== undefined && !rule.isForeign && sameWeights(rule.weights, allTo(to));
}
