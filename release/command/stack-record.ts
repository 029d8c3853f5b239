import { createHash } from "node:crypto";
import type { HistoryMark, StateMark } from "../saved-plan";

/** A stack's state and history, as far as a plan needs them. */
export interface StackRecord {
  readonly mark: StateMark;
  /** URNs of the resources that own live weights. */
  readonly shifts: readonly string[];
  /** What was run lately, newest first, each with what was said of it when it began. */
  readonly history: readonly (HistoryMark & { readonly message: string })[];
}

interface Entry {
  readonly kind: string;
  readonly result: string;
  readonly startTime?: string;
  readonly message?: string;
}

interface Exported {
  readonly deployment?: {
    readonly resources?: readonly { readonly urn: string; readonly delete?: boolean }[];
  };
}

/**
 * @param exported what `pulumi stack export` writes
 * @param history what `pulumi stack history --json` writes
 */
export function stackRecord(exported: string, history: string): StackRecord {
  const { deployment } = JSON.parse(exported) as Exported;
  const entries = (JSON.parse(history) as readonly Entry[] | null) ?? [];
  const known = entries.map(({ kind, result, startTime = "", message = "" }) => ({
    kind,
    result,
    startedAt: startTime,
    message,
  }));
  const [last] = known;
  return {
    mark: {
      checkpoint: createHash("sha256")
        .update(JSON.stringify(deployment ?? null))
        .digest("hex"),
      last: last ? { kind: last.kind, result: last.result, startedAt: last.startedAt } : null,
    },
    shifts: (deployment?.resources ?? [])
      .filter(({ urn, delete: isGoing }) => /:TrafficShift::/.test(urn) && isGoing !== true)
      .map(({ urn }) => urn),
    history: known,
  };
}
