import type { LedgerStore, StoredVersion } from "../../../../release/ledger/store";

export interface Version extends StoredVersion {
  bytes: Uint8Array;
}

/** A bucket as S3 keeps one: versions, delete markers, conditional writes. Counts what is asked of it. */
export class MemoryStore implements LedgerStore {
  bucket?: string;
  objects: Version[] = [];
  /** The time by its own clock; each write takes a second. */
  now = Date.parse("2026-01-31T12:00:00Z");
  readonly calls = { first: 0, versions: 0, read: 0, write: 0 };
  /** Called before each write, for example to let another writer come first. */
  onWrite: (key: string) => Promise<void> = () => Promise.resolve();
  private written = 0;

  first(prefix: string): Promise<{ version?: StoredVersion; time: Date; isThere: boolean }> {
    this.calls.first++;
    const [version] = this.listed(prefix);
    return Promise.resolve({
      ...(version && { version }),
      time: new Date(this.now),
      isThere: true,
    });
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- the real one asks S3 for each page
  async *versions(prefix: string): AsyncGenerator<StoredVersion> {
    this.calls.versions++;
    yield* this.listed(prefix);
  }

  read(key: string, versionId?: string): Promise<Uint8Array | undefined> {
    this.calls.read++;
    const found = this.objects.find(
      (each) => each.key === key && (versionId ?? each.versionId) === each.versionId,
    );
    return Promise.resolve(found?.isDeleteMarker === true ? undefined : found?.bytes);
  }

  async write(key: string, bytes: Uint8Array): Promise<boolean> {
    this.calls.write++;
    await this.onWrite(key);
    const newest = this.objects.find((each) => each.key === key);
    if (newest && !newest.isDeleteMarker) return false;
    this.put(key, bytes);
    return true;
  }

  /** What no condition holds back. */
  put(key: string, bytes: Uint8Array, isDeleteMarker = false): void {
    this.now += 1000;
    const versionId = `v${++this.written}`;
    const lastModified = new Date(this.now);
    this.objects.unshift({ key, versionId, isDeleteMarker, lastModified, bytes });
  }

  /** As `s3 rm` does it. */
  remove(key: string): void {
    this.put(key, new Uint8Array(), true);
  }

  /** Without a trace, which S3 refuses under Object Lock. */
  erase(key: string): void {
    this.objects = this.objects.filter((each) => each.key !== key);
  }

  copy(): MemoryStore {
    const copy = new MemoryStore();
    copy.objects = this.objects.map((each) => ({ ...each }));
    copy.now = this.now;
    copy.written = this.written;
    return copy;
  }

  keys(): string[] {
    return [...new Set(this.listed("").map(({ key }) => key))];
  }

  /** By key, the newest version first. */
  private listed(prefix: string): Version[] {
    return this.objects
      .filter(({ key }) => key.startsWith(prefix))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  }
}
