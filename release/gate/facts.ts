import type { Entry } from "../ledger/entry";
import type { Kind } from "../ledger/kinds";

/** What ledgers and clock say when a gate is asked. Nothing of it comes from the stack's settings or from Pulumi's state. */
export interface Facts {
  /** Id of the release that is to be delivered. */
  readonly release: string;
  /** By S3's clock. */
  readonly now: Date;
  /** Whether nothing is on record here yet, for this stack's first delivery makes its ledger. */
  readonly isNew: boolean;
  /** What this stack's ledger has on the release, the oldest first. */
  readonly here: readonly Entry[];
  /** The same on the release that was delivered in its place, if there is one. */
  readonly successor: readonly Entry[];
  /** What the ledger of the stack that it is proven in has on the release, the oldest first. */
  readonly there: readonly Entry[];
  /** How the releases were built that came between the last one that was live here and this one, and that this one holds the changes of. */
  readonly between: readonly Entry[];
  /** Why that ledger could not be read. @default it was */
  readonly unreadable?: string;
  /** The newest entry of this stack that says whether it is frozen. @default it never was */
  readonly frozen?: Entry;
  /** Hash of what this stack's resources are declared from now, to be compared with the proof of parity. @default not known */
  readonly declaration?: string;
}

export const newest = (entries: readonly Entry[], ...kinds: Kind[]): Entry | undefined =>
  entries.findLast(({ kind }) => kinds.includes(kind));

/** By which entry a release is asked for now: once it was delivered and has been replaced, it must be asked for again. */
export function askedBy(here: readonly Entry[]): Entry | undefined {
  const last = newest(here, "promoted", "replaced");
  return last?.kind === "promoted" ? last : undefined;
}

/** All entries by which a release has been asked for since it was last replaced: who asked first is no other person because somebody asked again. */
export const askersOf = (here: readonly Entry[]): readonly Entry[] =>
  here
    .slice(here.findLastIndex(({ kind }) => kind === "replaced") + 1)
    .filter(({ kind }) => kind === "promoted");

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

/** How long ago an entry was written, in minutes: `lookUp` has held its time to S3's. */
export const minutesSince = ({ time }: Entry, now: Date): number =>
  (now.getTime() - Date.parse(time)) / 60_000;
