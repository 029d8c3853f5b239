import { type Entry, parseEntry, parseLink } from "./entry";
import { CHAIN, ENTRIES, parseEntryKey } from "./keys";
import type { Kind } from "./kinds";
import { tampered } from "./ledger-error";
import type { LedgerStore } from "./store";

/** Which entries are wanted; what is left out, any will do. */
export interface Wanted {
  /** Id of a release. */
  readonly release?: string;
  readonly kinds?: readonly Kind[];
  /** Name of a service that an entry says something of. */
  readonly service?: string;
  /** Included. */
  readonly since?: Date;
  /** Not included. */
  readonly until?: Date;
}

/** As many as are read at once: those of a page on a terminal. */
const AT_ONCE = 16;

/** Entries, the newest first; reads no more of a ledger than is asked for. */
export async function* history(store: LedgerStore, wanted: Wanted = {}): AsyncGenerator<Entry> {
  let links: string[] = [];
  const read = async function* (): AsyncGenerator<Entry> {
    yield* await Promise.all(links.map((key) => readPlace(store, key)));
    links = [];
  };
  const all = async function* (): AsyncGenerator<Entry> {
    for await (const { key, isDeleteMarker } of store.versions(CHAIN)) {
      if (isDeleteMarker) throw tampered(`${key} was deleted`);
      if (links.length === AT_ONCE) yield* read();
      links.push(key);
    }
    yield* read();
  };
  for await (const entry of all()) {
    // Entries are in the order of their times.
    if (wanted.since && Date.parse(entry.time) < wanted.since.getTime()) return;
    if (isWanted(entry, wanted)) yield entry;
  }
}

function isWanted(entry: Entry, { release, kinds, service, until }: Wanted): boolean {
  return (
    (release === undefined || entry.release === release) &&
    (kinds === undefined || kinds.includes(entry.kind)) &&
    (until === undefined || Date.parse(entry.time) < until.getTime()) &&
    (service === undefined || concerns(entry, service))
  );
}

/** Details name services under `images` or `services`. */
function concerns({ details = {} }: Entry, service: string): boolean {
  return [details["images"], details["services"]].some(
    (named) => typeof named === "object" && named !== null && Object.hasOwn(named, service),
  );
}

async function readPlace(store: LedgerStore, link: string): Promise<Entry> {
  const bytes = await store.read(link);
  if (bytes === undefined) throw tampered(`${link} is gone`);
  const key = parseLink(link, bytes);
  const content = await store.read(key);
  if (content === undefined) throw tampered(`${key} is gone`);
  return parseEntry(key, content, store.bucket);
}

/** Ids of the releases that begin so and of which anything is on record, two at most: enough to know whether there is one. */
export async function releasesLike(store: LedgerStore, beginning: string): Promise<string[]> {
  const found = new Set<string>();
  for await (const { key } of store.versions(`${ENTRIES}${beginning}`)) {
    const release = parseEntryKey(key)?.release;
    if (release !== undefined) found.add(release);
    if (found.size === 2) break;
  }
  return [...found];
}
