import { sha256 } from "../sha256";
import {
  BEGINNING,
  type Draft,
  type Entry,
  entryBytes,
  keyOf,
  linkBytes,
  parseLink,
  wholeSeconds,
} from "./entry";
import { CHAIN, linkKey, parseEntryKey, parseLinkKey } from "./keys";
import { LedgerError, orTampered, tampered } from "./ledger-error";
import type { Principal } from "./principal";
import type { LedgerStore } from "./store";

/** The newest entry: what the next one follows. */
export interface Head {
  /** 0 in a ledger that is empty. */
  readonly sequence: number;
  /** SHA-256 of its bytes. */
  readonly hash: string;
}

/** Who writes, and in which stack's ledger. */
export interface Writer {
  readonly stack: string;
  readonly by: Principal;
}

/** As often as other writers may come first; each time one of them has got its entry in. */
const MOST_TRIES = 200;

/** The newest entry, whether there is a store, and the time that it is by its clock: two requests, however long the ledger is. */
export async function readHead(
  store: LedgerStore,
): Promise<Head & { readonly time: Date; readonly isThere: boolean }> {
  const { version, time, isThere } = await store.first(CHAIN);
  if (version === undefined) return { sequence: 0, hash: BEGINNING, time, isThere };
  const { key, isDeleteMarker } = version;
  if (isDeleteMarker) throw tampered(`${key} was deleted`);
  const link = await store.read(key);
  const place = link && parseEntryKey(orTampered(() => parseLink(key, link)));
  if (place === undefined || place.sequence !== parseLinkKey(key))
    throw tampered(`${key} is not the link that belongs there`);
  return { sequence: place.sequence, hash: place.hash, time, isThere };
}

/**
 * Puts an entry at the end of a ledger: its content first, in its writer's name, then the link that gives it its place, which only
 * one writer can make. The same words of one writer within one second are one entry. A content whose link another writer made, or that a killed run left, has no place and counts for nothing.
 */
export async function append(store: LedgerStore, writer: Writer, draft: Draft): Promise<Entry> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const head = await readHead(store);
    const entry: Entry = {
      ...draft,
      ...writer,
      sequence: head.sequence + 1,
      previous: head.hash,
      time: wholeSeconds(head.time),
    };
    const key = keyOf(entry);
    // One that is there already has the same bytes, for their hash is in its name.
    await store.write(key, entryBytes(entry));
    const link = linkKey(entry.sequence);
    if (await store.write(link, linkBytes(key))) return entry;
    // A write whose answer was lost is sent again, and then finds the link that it made.
    const found = await store.read(link);
    if (found && Buffer.from(linkBytes(key)).equals(found)) return entry;
  }
  throw new LedgerError(
    `other writers came first ${MOST_TRIES} times: nothing was written of ${draft.kind}; run it again`,
  );
}

/** Hash of an entry, as the next one carries it. */
export const hashOf = (entry: Entry): string => sha256(entryBytes(entry));
