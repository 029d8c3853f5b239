import type { Entry } from "../ledger/entry";
import type { Kind } from "../ledger/kinds";

/** What ledgers and clock say when a gate is asked. Nothing of it comes from the stack's settings or from Pulumi's state. */
export interface Facts {
  /** Id of the release that is to be delivered. */
  readonly release: string;
  /** By S3's clock. */
  readonly now: Date;
  /** What this stack's ledger has on the release, the oldest first. */
  readonly here: readonly Entry[];
  /** The same on the release that was delivered in its place, if there is one. */
  readonly successor: readonly Entry[];
  /** What the ledger of the stack that it is proven in has on the release, the oldest first. */
  readonly there: readonly Entry[];
  /** The newest entry of this stack that says whether it is frozen. @default it never was */
  readonly frozen?: Entry;
  /** Hash of this stack's resources as they are declared now, to be compared with the proof of parity. @default not known */
  readonly shape?: string;
}

export const newest = (entries: readonly Entry[], ...kinds: Kind[]): Entry | undefined =>
  entries.findLast(({ kind }) => kinds.includes(kind));

/** A text among an entry's details; nothing if there is none of that name. */
export function detail(entry: Entry | undefined, name: string): string | undefined {
  const value = entry?.details?.[name];
  return typeof value === "string" ? value : undefined;
}

/** Texts among an entry's details. */
export function details(entry: Entry | undefined, name: string): readonly string[] {
  const value = entry?.details?.[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** How long a release has had all of a stack's traffic, in minutes, rounded down. */
export function soakedMinutes(entries: readonly Entry[], now: Date): number {
  let milliseconds = 0;
  let since: number | undefined;
  for (const { kind, time } of entries) {
    if (kind === "live") since ??= Date.parse(time);
    if (kind !== "replaced" || since === undefined) continue;
    milliseconds += Date.parse(time) - since;
    since = undefined;
  }
  if (since !== undefined) milliseconds += now.getTime() - since;
  return Math.max(0, Math.floor(milliseconds / 60_000));
}
