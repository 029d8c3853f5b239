import { CHAIN, ENTRIES, parseEntryKey, parseLinkKey } from "./keys";
import type { LedgerStore, StoredVersion } from "./store";

/** Everything that a ledger's bucket has, before anything of it is read. */
export interface Inventory {
  /** By the number of the entry that they put in its place. */
  readonly links: ReadonlyMap<number, StoredVersion>;
  /** By key, with and without a place. */
  readonly contents: ReadonlyMap<string, StoredVersion>;
  /** What was deleted, written again, or does not belong there. */
  readonly problems: readonly string[];
}

/** Lists a ledger's bucket, old versions and delete markers too. */
export async function takeInventory(store: LedgerStore): Promise<Inventory> {
  const links = new Map<number, StoredVersion>();
  const contents = new Map<string, StoredVersion>();
  const problems: string[] = [];
  for await (const { first, versions } of objects(store)) {
    const { key } = first;
    const sequence = key.startsWith(CHAIN) ? parseLinkKey(key) : undefined;
    if (sequence === undefined && parseEntryKey(key) === undefined) {
      problems.push(`${key}: it belongs to no ledger`);
      continue;
    }
    if (versions.some(({ isDeleteMarker }) => isDeleteMarker))
      problems.push(
        `${key}: it was deleted; what it held is still there as version ${first.versionId}`,
      );
    const written = versions.filter(({ isDeleteMarker }) => !isDeleteMarker).length;
    if (written > 1) problems.push(`${key}: it was written ${written} times`);
    if (sequence === undefined) contents.set(key, first);
    else links.set(sequence, first);
  }
  return { links, contents, problems };
}

/** One object each, with all its versions; the first is the oldest one that has a content. */
async function* objects(
  store: LedgerStore,
): AsyncGenerator<{ first: StoredVersion; versions: StoredVersion[] }> {
  let versions: StoredVersion[] = [];
  const whole = (): { first: StoredVersion; versions: StoredVersion[] }[] => {
    const oldest = versions.filter(({ isDeleteMarker }) => !isDeleteMarker).toSorted(byTime)[0];
    const first = oldest ?? versions[0];
    return first === undefined ? [] : [{ first, versions }];
  };
  for (const prefix of [CHAIN, ENTRIES])
    for await (const version of store.versions(prefix)) {
      if (versions[0] !== undefined && versions[0].key !== version.key) {
        yield* whole();
        versions = [];
      }
      versions.push(version);
    }
  yield* whole();
}

const byTime = (a: StoredVersion, b: StoredVersion): number =>
  a.lastModified.getTime() - b.lastModified.getTime();
