import type { Principal } from "../release/ledger/principal";
import { parseSbomKey, sbomKey, sbomsOf } from "../release/ledger/keys";
import type { LedgerStore } from "../release/ledger/store";
import type { Contents } from "../release/scan/package";
import { contentsIn, type Image, sbomOf } from "../release/scan/sbom";
import { sha256 } from "../release/sha256";

export interface StoredSbom {
  readonly key: string;
  readonly contents: Contents;
}

/** A role's id, without the session: `AROAEXAMPLE` of `AROAEXAMPLE:alice`. */
const roleIn = (userId: string): string => userId.split(":")[0] ?? userId;

/**
 * The SBOM of an image: the one that is kept, if this very reader wrote it in the name of this role or user, or one of what is read now.
 * One that somebody else put there counts for nothing.
 */
export async function sbomFor(
  store: LedgerStore,
  by: Principal,
  image: Image,
  read: () => Promise<Contents>,
): Promise<StoredSbom> {
  for await (const { key, isDeleteMarker } of store.versions(sbomsOf(image.digest))) {
    const place = parseSbomKey(key);
    if (isDeleteMarker || place === undefined || roleIn(place.userId) !== roleIn(by.userId))
      continue;
    const bytes = await store.read(key);
    const contents =
      bytes && sha256(bytes) === place.hash ? contentsIn(bytes, image.digest) : undefined;
    if (contents) return { key, contents };
  }
  const contents = await read();
  const bytes = sbomOf(image, contents);
  const key = sbomKey({ digest: image.digest, userId: by.userId, hash: sha256(bytes) });
  // One that is there already has the same bytes, for their hash is in its name.
  await store.write(key, bytes);
  return { key, contents };
}
