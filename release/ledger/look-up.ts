import { type Head, readHead } from "./append";
import { type Entry, isTimely, parseEntry, parseLink, wholeSeconds } from "./entry";
import { entriesOf, type EntryPlace, linkKey, parseEntryKey } from "./keys";
import type { Kind } from "./kinds";
import { orTampered, tampered } from "./ledger-error";
import type { LedgerStore } from "./store";

interface Found {
  readonly key: string;
  /** By S3's clock. */
  readonly written: Date;
  readonly place: EntryPlace;
}

/** What is looked for: of a release or of the stack itself, and of some kinds alone. */
export interface Question {
  /** @default entries about the stack itself */
  readonly release?: string;
  readonly kinds: readonly Kind[];
  /** The newest of each kind is enough. @default false */
  readonly newestOnly?: boolean;
}

/**
 * Entries about a release, the oldest first. Reads no others: as many requests as there are answers, twice, and a listing.
 * An entry counts only where the chain says that it has its place.
 *
 * @param known the ledger's end, where the caller has read it: entries after it don't count. @default it is read, by two requests
 * @throws LedgerError where something was hidden, rewritten, or is not what it says: nothing can be decided by such a ledger
 */
export async function lookUp(
  store: LedgerStore,
  question: Question,
  known?: Head,
): Promise<Entry[]> {
  const { release, kinds, newestOnly = false } = question;
  const head = known ?? (await readHead(store));
  const prefixes = listings(release, kinds);
  const found = (await Promise.all(prefixes.map((each) => candidates(store, each, kinds)))).flat();
  const entries: Entry[] = [];
  const seen = new Set<Kind>();
  for (const { key, place, written } of found.toSorted(
    (a, b) => b.place.sequence - a.place.sequence,
  )) {
    if (newestOnly && seen.has(place.kind)) continue;
    if (!(await isInPlace(store, head, key, place))) continue;
    entries.unshift(atItsTime(await readEntry(store, key), written));
    seen.add(place.kind);
  }
  return entries;
}

/** What answers of a ledger as it ended at the first question: its end is read once, by two requests. */
export type Reader = (question: Question) => Promise<Entry[]>;

/** @param known the ledger's end, where it was read already */
export function readerOf(store: LedgerStore, known?: Head): Reader {
  let head = known && Promise.resolve(known);
  return async (question) => lookUp(store, question, await (head ??= readHead(store)));
}

/** Of a release there are few entries, of the stack itself one more for each day on which somebody looks at it: those are listed by kind. */
const listings = (release: string | undefined, kinds: readonly Kind[]): readonly string[] =>
  release === undefined ? kinds.map((kind) => `${entriesOf()}${kind}/`) : [entriesOf(release)];

/** Keys of entries that may count, whether or not they have a place. */
async function candidates(
  store: LedgerStore,
  prefix: string,
  kinds: readonly Kind[],
): Promise<Found[]> {
  const found: Found[] = [];
  for await (const { key, isDeleteMarker, lastModified: written } of store.versions(prefix)) {
    const place = parseEntryKey(key);
    if (place === undefined || !kinds.includes(place.kind)) continue;
    if (isDeleteMarker || found.at(-1)?.key === key)
      throw tampered(`${key} was ${isDeleteMarker ? "deleted" : "written twice"}`);
    found.push({ key, place, written });
  }
  return found;
}

/** Whether the chain has this entry at its number, and not another one or none. */
async function isInPlace(
  store: LedgerStore,
  head: Head,
  key: string,
  { sequence }: EntryPlace,
): Promise<boolean> {
  if (sequence > head.sequence) return false;
  const link = linkKey(sequence);
  const bytes = await store.read(link);
  if (bytes === undefined) throw tampered(`the link of entry ${sequence} is gone`);
  const named = orTampered(() => parseLink(link, bytes));
  if (parseEntryKey(named)?.sequence !== sequence)
    throw tampered(`the link of entry ${sequence} names another entry`);
  return named === key;
}

/** What decides by how long something has been so takes S3's word for it, where the writer's is another. */
const atItsTime = (entry: Entry, written: Date): Entry =>
  isTimely(entry, written) ? entry : { ...entry, time: wholeSeconds(written) };

async function readEntry(store: LedgerStore, key: string): Promise<Entry> {
  const bytes = await store.read(key);
  if (bytes === undefined) throw tampered(`${key} is gone`);
  return orTampered(() => parseEntry(key, bytes, store.bucket));
}
