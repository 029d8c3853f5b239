/** One version of an object in a ledger's bucket. */
export interface StoredVersion {
  readonly key: string;
  readonly versionId: string;
  /** No content: what S3 writes in place of deleting something. */
  readonly isDeleteMarker: boolean;
  readonly lastModified: Date;
}

/** Where a ledger is kept: no object is ever overwritten or deleted there. */
export interface LedgerStore {
  /** Name of the bucket, which says whose account's it is. @default not known: nothing is told by it */
  readonly bucket?: string;
  /** The newest version of the first key that begins so, a delete marker too, the store's own time, and whether there is a store. */
  first(prefix: string): Promise<{
    readonly version?: StoredVersion;
    readonly time: Date;
    readonly isThere: boolean;
  }>;
  /** Every version of every object whose key begins so, in the order of their keys. */
  versions(prefix: string): AsyncIterable<StoredVersion>;
  /** @param versionId @default the newest one; nothing if there is none */
  read(key: string, versionId?: string): Promise<Uint8Array | undefined>;
  /** False if there is an object of this name already: it stays as it is. */
  write(key: string, bytes: Uint8Array): Promise<boolean>;
}
