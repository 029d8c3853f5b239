import assert from "node:assert/strict";
import fc from "fast-check";
import { append, readHead } from "../../../../release/ledger/append";
import { BEGINNING, keyOf, parseEntry } from "../../../../release/ledger/entry";
import { linkKey } from "../../../../release/ledger/keys";
import { LedgerError } from "../../../../release/ledger/ledger-error";
import { verify } from "../../../../release/ledger/verify";
import { DRAFTS, ledgerOf, RELEASE, writer } from "./entries";
import { MemoryStore } from "./memory-store";

const draft = { kind: "approved", release: RELEASE, what: "release approve" } as const;

describe("append", () => {
  it("numbers the entries, gives each the hash of the one before, and the time by the store's clock", async () => {
    const { entries } = await ledgerOf(DRAFTS);
    assert.deepEqual(
      entries.map(({ sequence }) => sequence),
      [1, 2, 3, 4, 5],
    );
    assert.equal(entries[0]?.previous, BEGINNING);
    assert.equal(entries[0].time, "2026-01-31T12:00:00Z");
    assert.equal(new Set(entries.map(({ previous }) => previous)).size, 5);
  });

  it("writes what can be read again, and refuses the same bytes under another name", async () => {
    const { store, entries } = await ledgerOf(DRAFTS);
    for (const entry of entries) {
      const key = keyOf(entry);
      const bytes = await store.read(key);
      assert.ok(bytes);
      assert.deepEqual(parseEntry(key, bytes), entry);
      const foreign = key.replace(/writer\d/, "mallory");
      assert.throws(() => parseEntry(foreign, bytes), LedgerError);
    }
  });

  it("asks for no more in a long ledger than in a short one", async () => {
    const { store } = await ledgerOf(Array.from({ length: 200 }, () => draft));
    Object.assign(store.calls, { first: 0, versions: 0, read: 0, write: 0 });
    await append(store, writer("alice"), draft);
    assert.deepEqual(store.calls, { first: 1, versions: 0, read: 1, write: 2 });
  });

  it("lets writers at once all in, one after the other, whoever comes first at whichever step", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 6 }), async (scheduler, count) => {
        const store = new MemoryStore();
        store.onWrite = (): Promise<void> => scheduler.schedule(Promise.resolve());
        const all = Promise.all(
          Array.from({ length: count }, (_, index) => append(store, writer(`w${index}x`), draft)),
        );
        await scheduler.waitFor(all);
        const numbers = (await all).map(({ sequence }) => sequence).sort();
        assert.deepEqual(
          numbers,
          Array.from({ length: count }, (_, index) => index + 1),
        );
        assert.deepEqual((await verify(store)).problems, []);
      }),
      { numRuns: 200 },
    );
  });

  it("goes on after a writer that was killed at any of its writes, and counts nothing of it", async () => {
    for (const killedAt of [1, 2]) {
      const { store } = await ledgerOf(DRAFTS);
      let writes = 0;
      store.onWrite = (): Promise<void> =>
        ++writes === killedAt ? Promise.reject(new Error("killed")) : Promise.resolve();
      await assert.rejects(append(store, writer("alice"), draft), /killed/);
      const entry = await append(store, writer("alice"), draft);
      assert.equal(entry.sequence, 6);
      const { entries, problems } = await verify(store);
      assert.deepEqual({ entries, problems }, { entries: 6, problems: [] });
    }
  });

  it("knows its own link again where the answer to its write was lost", async () => {
    const { store } = await ledgerOf(DRAFTS);
    const write = store.write.bind(store);
    store.write = async (key, bytes): Promise<boolean> => {
      await write(key, bytes);
      return write(key, bytes);
    };
    assert.equal((await append(store, writer("alice"), draft)).sequence, 6);
    assert.deepEqual(await verify(store), { entries: 6, problems: [], withoutPlace: 0 });
  });

  it("refuses to go on from a link that was deleted, or that names another entry", async () => {
    const { store } = await ledgerOf(DRAFTS);
    const deleted = store.copy();
    deleted.remove(linkKey(5));
    await assert.rejects(
      append(deleted, writer("eve"), draft),
      /was deleted: somebody has changed/,
    );
    const other = store.copy();
    const link = await store.read(linkKey(4));
    assert.ok(link);
    other.erase(linkKey(5));
    other.put(linkKey(5), link);
    await assert.rejects(readHead(other), /is not the link that belongs there/);
  });
});
