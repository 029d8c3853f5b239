import type { Problem } from "../errors";
import type { LedgerAnchor, LiveRelease } from "../outputs";
import { readRelease } from "../release";
import { isWorkerRevision, type Revision } from "../revision";
import { SLOTS, type Slot } from "../slots";
import type { RunningUpdate } from "./stack-lock";

/** What a slot holds, as far as a report needs it. */
export interface SlotContent {
  readonly digest: string;
  /** Id of the release that brought it. */
  readonly release: string;
}

export interface ServiceSlots {
  readonly live: Slot;
  /** Set where it is a worker: it has no listener rule, and its standby no tasks. */
  readonly worker?: true;
  readonly blue?: SlotContent;
  readonly green?: SlotContent;
}

/** The last operation that deployed or destroyed something. */
export interface LastUpdate {
  readonly kind: "update" | "destroy";
  /** `succeeded`, `failed`, or another word of the backend. */
  readonly result: string;
  /** ISO 8601. */
  readonly endedAt?: string;
  /** Set where it failed before it came to any resource but the stack itself, as one does that a gate refuses. */
  readonly changedNothing?: true;
}

/** A resource as Pulumi stores it. */
export interface StoredResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** A stack as its backend has it. */
export interface StackState {
  readonly stack: string;
  readonly url?: string;
  readonly release?: LiveRelease;
  readonly previousRelease?: LiveRelease;
  /** The newest entry of its ledger when it was last updated. */
  readonly ledger?: LedgerAnchor;
  readonly services: Readonly<Record<string, ServiceSlots>>;
  readonly lastUpdate?: LastUpdate;
  /** The last one that may have changed something. @default lastUpdate */
  readonly lastChange?: LastUpdate;
  readonly running?: RunningUpdate;
  /** Operations of a killed or running update whose outcome is not known. */
  readonly pendingOperations: number;
  /** What is wrong with the outputs. */
  readonly problems: readonly Problem[];
  readonly resources: readonly StoredResource[];
}

interface Exported {
  readonly deployment?: {
    readonly resources?: readonly StoredResource[];
    readonly pending_operations?: readonly unknown[];
  };
}

interface Entry {
  readonly kind: string;
  readonly result: string;
  readonly endTime?: string;
  /** How many steps of each kind were taken and succeeded; left out while it runs. */
  readonly resourceChanges?: Readonly<Record<string, number>>;
}

/** What Pulumi's commands write about a stack, and its lock. */
export interface StackSources {
  /** Of `pulumi stack export`. */
  readonly exported: string;
  /** Of `pulumi stack history --json`. */
  readonly history: string;
  readonly lock: RunningUpdate | undefined;
}

const UNFINISHED = ["in-progress", "not-started"];

export function stackState(stack: string, sources: StackSources): StackState {
  const { deployment } = JSON.parse(sources.exported) as Exported;
  const entries = entriesIn(sources.history);
  const resources = deployment?.resources ?? [];
  const outputs = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
  const problems: Problem[] = [];
  const releaseIn = (output: string): LiveRelease | undefined => {
    const value = outputs[output];
    if (value === undefined || value === null) return undefined;
    return readRelease(value, `${stack}'s output ${output}`, problems) as LiveRelease | undefined;
  };
  const release = releaseIn("release");
  const previousRelease = releaseIn("previousRelease");
  const deliveries = entries.filter(({ kind }) => kind === "update" || kind === "destroy");
  const [last] = deliveries;
  const lastChange = deliveries.find((entry) => !changedNothing(entry));
  const running = sources.lock ?? (isUnfinished(sources.history) ? {} : undefined);
  return {
    stack,
    ...(typeof outputs["url"] === "string" ? { url: outputs["url"] } : {}),
    ...(release && { release }),
    ...(previousRelease && { previousRelease }),
    ...ledgerIn(outputs["ledger"]),
    services: servicesIn(outputs["services"]),
    ...(last && { lastUpdate: lastUpdate(last) }),
    ...(lastChange && lastChange !== last && { lastChange: lastUpdate(lastChange) }),
    ...(running && { running }),
    pendingOperations: deployment?.pending_operations?.length ?? 0,
    problems,
    resources,
  };
}

/** Whether the newest entry of what `pulumi stack history --json` wrote is of an update under way. */
export function isUnfinished(history: string): boolean {
  return UNFINISHED.includes(entriesIn(history)[0]?.result ?? "");
}

function entriesIn(history: string): readonly Entry[] {
  return (JSON.parse(history) as readonly Entry[] | null) ?? [];
}

/**
 * Whether an update failed before it came to any resource but the stack itself. Pulumi counts no step that failed: where more than
 * the stack stayed the same, one may have failed that has changed something. A destroy may fail in its first step.
 */
function changedNothing({ kind, result, resourceChanges }: Entry): boolean {
  if (kind !== "update" || result !== "failed" || resourceChanges === undefined) return false;
  const taken = Object.entries(resourceChanges).filter(([, count]) => count > 0);
  return taken.every(([step, count]) => step === "same" && count === 1);
}

function lastUpdate(entry: Entry): LastUpdate {
  const { kind, result, endTime } = entry;
  const at = endTime === undefined ? NaN : Date.parse(endTime);
  return {
    kind: kind as LastUpdate["kind"],
    result,
    ...(at > 0 ? { endedAt: new Date(at).toISOString() } : {}),
    ...(changedNothing(entry) && { changedNothing: true }),
  };
}

function ledgerIn(output: unknown): Pick<StackState, "ledger"> {
  const { bucket, sequence, hash } = record(output);
  if (typeof bucket !== "string" || typeof sequence !== "number" || typeof hash !== "string")
    return {};
  return { ledger: { bucket, sequence, hash } };
}

function servicesIn(output: unknown): Record<string, ServiceSlots> {
  const services: Record<string, ServiceSlots> = {};
  for (const [name, value] of Object.entries(record(output))) {
    const state = record(value);
    const live = SLOTS.find((slot) => slot === state["live"]);
    if (live === undefined) continue;
    const contents = SLOTS.flatMap((slot) => {
      const content = contentIn(state[slot]);
      return content ? [[slot, content] as const] : [];
    });
    const isWorker =
      contents.length > 0 && contents.every(([slot]) => isWorkerRevision(state[slot] as Revision));
    services[name] = {
      live,
      ...(isWorker && { worker: true as const }),
      ...Object.fromEntries(contents),
    };
  }
  return services;
}

function contentIn(value: unknown): SlotContent | undefined {
  const { digest, release } = record(value);
  return typeof digest === "string" && typeof release === "string"
    ? { digest, release }
    : undefined;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
