import { hashOf } from "./append";
import { BEGINNING, type Entry, isTimely, keyOf, parseEntry, parseLink } from "./entry";
import { type Inventory, takeInventory } from "./inventory";
import { LedgerError } from "./ledger-error";
import type { LedgerStore, StoredVersion } from "./store";

/** An entry that was once known to be there. The newest ones have none after them that would carry their hash. */
export interface Anchor {
  readonly sequence: number;
  /** SHA-256 of its bytes. */
  readonly hash: string;
  /** Where that is on record, for example `the outputs of production`. */
  readonly source: string;
}

export interface Verification {
  /** How many entries have their place. */
  readonly entries: number;
  /** What is wrong, a line each; none in a ledger that nobody has touched. */
  readonly problems: readonly string[];
  /** Contents without a place: of writers that another one overtook, or that were killed. They count for nothing. */
  readonly withoutPlace: number;
}

const AT_ONCE = 16;

/** Proves that a ledger is as it was written: looks at every version of every object, and reads each link and entry once. */
export async function verify(
  store: LedgerStore,
  anchors: readonly Anchor[] = [],
  onProgress: (done: number, of: number) => void = () => undefined,
): Promise<Verification> {
  const inventory = await takeInventory(store);
  const problems = [...inventory.problems];
  const last = [...inventory.links.keys()].reduce((a, b) => Math.max(a, b), 0);
  const placed = new Set<string>();
  let before: Entry | undefined;
  for (let from = 1; from <= last; from += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, last - from + 1) }, (_, n) => from + n);
    const places = await Promise.all(numbers.map((n) => readPlace(store, inventory, n, placed)));
    for (const [index, place] of places.entries()) {
      const sequence = from + index;
      const found =
        typeof place === "string" ? [place] : misfits(place, sequence, before, inventory, anchors);
      problems.push(...found.map((problem) => `entry ${sequence}: ${problem}`));
      before = typeof place === "string" ? undefined : place;
    }
    onProgress(from + numbers.length - 1, last);
  }
  for (const { sequence, source } of anchors)
    if (sequence > last) problems.push(`entry ${sequence}: it is gone, and ${source} knew it`);
  return { entries: last, problems, withoutPlace: inventory.contents.size - placed.size };
}

/** An entry by the link that has its number, or why there is none to read. */
async function readPlace(
  store: LedgerStore,
  { links, contents }: Inventory,
  sequence: number,
  placed: Set<string>,
): Promise<Entry | string> {
  const link = links.get(sequence);
  if (link === undefined) return "its link is gone";
  try {
    const key = parseLink(link.key, await bytesOf(store, link));
    const content = contents.get(key);
    if (content === undefined) return `it is gone: its link names ${key}`;
    placed.add(key);
    return parseEntry(key, await bytesOf(store, content), store.bucket);
  } catch (error) {
    if (error instanceof LedgerError) return error.message;
    throw error;
  }
}

async function bytesOf(store: LedgerStore, version: StoredVersion): Promise<Uint8Array> {
  const bytes = await store.read(version.key, version.versionId);
  if (bytes === undefined) throw new LedgerError(`${version.key} is gone`);
  return bytes;
}

/** What an entry says that does not go with its place, with the entry before it, or with what is known of it elsewhere. */
function misfits(
  entry: Entry,
  sequence: number,
  before: Entry | undefined,
  { contents }: Inventory,
  anchors: readonly Anchor[],
): string[] {
  const found: string[] = [];
  if (entry.sequence !== sequence) found.push(`its link names entry ${entry.sequence}`);
  const previous = sequence === 1 ? BEGINNING : before && hashOf(before);
  // Of an entry that can't be read it is said already that it can't be.
  if (previous !== undefined && entry.previous !== previous)
    found.push("it follows another entry than the one before it");
  if (before && entry.time < before.time) found.push(`it is of ${entry.time}, before the last one`);
  if (before && entry.stack !== before.stack) found.push(`it is of the stack ${entry.stack}`);
  const written = contents.get(keyOf(entry))?.lastModified ?? new Date(0);
  if (!isTimely(entry, written))
    found.push(`it says ${entry.time}, and was written ${written.toISOString()}`);
  for (const anchor of anchors)
    if (anchor.sequence === sequence && anchor.hash !== hashOf(entry))
      found.push(`it is another one than ${anchor.source} knew`);
  return found;
}
