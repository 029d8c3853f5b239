import { type Kind, KINDS, RELEASE_KINDS } from "./kinds";

/** More than a ledger will ever have: its numbers are written with 12 digits. */
export const MOST_ENTRIES = 999_999_999_999;

/** Where entries are, and where the chain is that puts them in order. */
export const ENTRIES = "entries/";
export const CHAIN = "chain/";
/** Where the SBOMs are that entries name, beside the ledger and no part of it. */
export const SBOMS = "sboms/";

/** What an entry's key says of it. */
export interface EntryPlace {
  /** Id of the release that it is about. @default the stack itself */
  readonly release?: string;
  readonly kind: Kind;
  /** Its number, 1 or more. */
  readonly sequence: number;
  /** AWS's unique id of who wrote it, for example `AROAEXAMPLE:alice`: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
  readonly userId: string;
  /** SHA-256 of its bytes, 64 hexadecimal digits. */
  readonly hash: string;
}

const STACK = "stack";
/** A release id or a hash. */
export const HASH = /^[0-9a-f]{64}$/;
/** An account's id, a user's with its name, or a role's with a session's, https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const USER_ID = /^[A-Z0-9]{12,128}(?::[\w+=,.@-]{1,64})?$/;
const NUMBER = /^\d{12}$/;

/**
 * `entries/RELEASE/KIND/NUMBER/USER ID/HASH.json`. The release comes first so that what is known of one is found by one listing;
 * the user id is in it so that a bucket's policy can let everybody write in their own name alone.
 */
export function entryKey({ release, kind, sequence, userId, hash }: EntryPlace): string {
  return `${entriesOf(release)}${kind}/${digits(sequence)}/${userId}/${hash}.json`;
}

/** Begins the keys of all that is known of a release, or of the stack itself. */
export const entriesOf = (release?: string): string => `${ENTRIES}${release ?? STACK}/`;

/** Nothing if it is no entry's key, in this very form. */
export function parseEntryKey(key: string): EntryPlace | undefined {
  const [folder, subject = "", kind = "", number = "", userId = "", file = "", ...rest] =
    key.split("/");
  const hash = file.replace(/\.json$/, "");
  const known = KINDS.find((each) => each === kind);
  if (`${folder ?? ""}/` !== ENTRIES || rest.length > 0 || known === undefined) return undefined;
  const isOfRelease = (RELEASE_KINDS as readonly Kind[]).includes(known);
  if (isOfRelease ? !HASH.test(subject) : subject !== STACK) return undefined;
  if (!NUMBER.test(number) || Number(number) < 1 || !USER_ID.test(userId)) return undefined;
  if (!HASH.test(hash) || file === hash) return undefined;
  const place = { kind: known, sequence: Number(number), userId, hash };
  return isOfRelease ? { release: subject, ...place } : place;
}

/**
 * `chain/NUMBER.json`, the numbers counted down from the most that there can be: S3 lists keys in rising order alone, and so the
 * first one is the newest. https://docs.aws.amazon.com/AmazonS3/latest/userguide/ListingKeysUsingAPIs.html
 */
export const linkKey = (sequence: number): string =>
  `${CHAIN}${digits(MOST_ENTRIES - sequence)}.json`;

/** Number of the entry that a link puts in its place; nothing if it is no link's key. */
export function parseLinkKey(key: string): number | undefined {
  const number = /^chain\/(\d{12})\.json$/.exec(key)?.[1];
  const sequence = MOST_ENTRIES - Number(number ?? MOST_ENTRIES);
  return sequence < 1 ? undefined : sequence;
}

/** Where an SBOM is kept: `sboms/IMAGE/USER ID/HASH.json`. */
export interface SbomPlace {
  /** The image's digest, `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  /** AWS's unique id of who wrote it: the bucket's policy sees to that, as with an entry. */
  readonly userId: string;
  /** SHA-256 of its bytes, 64 hexadecimal digits. */
  readonly hash: string;
}

/** Begins the keys of all SBOMs of an image. */
export const sbomsOf = (digest: string): string => `${SBOMS}${digest.replace("sha256:", "")}/`;

export const sbomKey = ({ digest, userId, hash }: SbomPlace): string =>
  `${sbomsOf(digest)}${userId}/${hash}.json`;

/** Nothing if it is no SBOM's key, in this very form. */
export function parseSbomKey(key: string): SbomPlace | undefined {
  const [, image = "", userId = "", hash = ""] =
    /^sboms\/([^/]+)\/([^/]+)\/([^/]+)\.json$/.exec(key) ?? [];
  if (!HASH.test(image) || !USER_ID.test(userId) || !HASH.test(hash)) return undefined;
  return { digest: `sha256:${image}`, userId, hash };
}

const digits = (sequence: number): string => String(sequence).padStart(12, "0");
