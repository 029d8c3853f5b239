import { z } from "zod";
import { canonicalJson, type Json } from "../canonical-json";
import { parseJson } from "../parse-json";
import { sha256 } from "../sha256";
import { ledgerAccount } from "./bucket-name";
import { entryKey, HASH, MOST_ENTRIES, USER_ID } from "./keys";
import { type Kind, KINDS, RELEASE_KINDS } from "./kinds";
import { LedgerError } from "./ledger-error";
import { accountOf, isOnePrincipal, type Principal } from "./principal";

/** What somebody wants to be on record. */
export interface Draft {
  readonly kind: Kind;
  /** Id of the release that it is about. @default the stack itself */
  readonly release?: string;
  /** What was run, or asked for, as a person would say it. */
  readonly what: string;
  /** SHA-256 of what came out of it, 64 hexadecimal digits. @default there is nothing to hash */
  readonly result?: string;
  /** What else belongs to it. Never a secret. @default {} */
  readonly details?: Readonly<Record<string, Json>>;
}

/** One thing that happened, in its place in the order of all that did. */
export interface Entry extends Draft {
  /** 1 or more, without a gap. */
  readonly sequence: number;
  /** SHA-256 of the bytes of the entry before it; 64 zeros in the first one. */
  readonly previous: string;
  /** When, by S3's own clock, in whole seconds: `2026-01-31T12:00:00Z`. */
  readonly time: string;
  /** The stack whose ledger it is in. */
  readonly stack: string;
  readonly by: Principal;
}

/** What the first entry has in place of a hash. */
export const BEGINNING = "0".repeat(64);

const hash = z.string().regex(HASH);

const schema: z.ZodType<Entry> = z
  .strictObject({
    sequence: z.int().min(1).max(MOST_ENTRIES),
    previous: hash,
    time: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    stack: z.string().min(1),
    kind: z.enum(KINDS),
    release: hash.exactOptional(),
    by: z
      .strictObject({ arn: z.string().startsWith("arn:"), userId: z.string().regex(USER_ID) })
      .refine(isOnePrincipal),
    what: z.string(),
    result: hash.exactOptional(),
    details: z.record(z.string(), z.custom<Json>()).exactOptional(),
  })
  .refine(
    ({ kind, release }) =>
      (RELEASE_KINDS as readonly Kind[]).includes(kind) === (release !== undefined),
  );

/** An entry's time is asked for just before it is written. */
const MOST_SECONDS_APART = 300;

export const isTimely = ({ time }: Entry, written: Date): boolean =>
  Math.abs(written.getTime() - Date.parse(time)) <= MOST_SECONDS_APART * 1000;

/** A time as entries have it. */
export const wholeSeconds = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`;

/** The bytes that are kept, and that the next entry carries the hash of. */
export const entryBytes = (entry: Entry): Uint8Array =>
  Buffer.from(canonicalJson({ ...entry, by: { ...entry.by } }));

/** Where an entry is kept. */
export function keyOf(entry: Entry): string {
  const { kind, sequence, release } = entry;
  const place = { kind, sequence, userId: entry.by.userId, hash: sha256(entryBytes(entry)) };
  return entryKey(release === undefined ? place : { release, ...place });
}

/**
 * Reads an entry from where it is kept.
 *
 * @param bucket what it is kept in: of an account's own ledger nobody else writes there. @default not known
 * @throws LedgerError if these are not the bytes that were written there, or of a writer who can't have written there
 */
export function parseEntry(key: string, bytes: Uint8Array, bucket?: string): Entry {
  const found = schema.safeParse(json(bytes)).data;
  if (found === undefined) throw new LedgerError(`${key} is no entry of a ledger`);
  // The key has the hash of the bytes, and they are the one way to write what they say.
  if (keyOf(found) !== key || !Buffer.from(entryBytes(found)).equals(bytes))
    throw new LedgerError(`${key} does not hold what was written there`);
  const account = ledgerAccount(bucket);
  if (account !== undefined && accountOf(found.by) !== account)
    throw new LedgerError(
      `${key} is no entry of ${found.by.arn}, for the ledger is of account ${account}`,
    );
  return found;
}

/** The bytes of the link that puts an entry in its place. */
export const linkBytes = (key: string): Uint8Array => Buffer.from(canonicalJson({ entry: key }));

/**
 * Key of the entry that a link names.
 *
 * @throws LedgerError if these are not the bytes of a link
 */
export function parseLink(key: string, bytes: Uint8Array): string {
  const link = z.strictObject({ entry: z.string() }).safeParse(json(bytes)).data;
  if (link === undefined || !Buffer.from(linkBytes(link.entry)).equals(bytes))
    throw new LedgerError(`${key} is no link of a ledger`);
  return link.entry;
}

const json = (bytes: Uint8Array): unknown => parseJson(Buffer.from(bytes).toString("utf8"));
