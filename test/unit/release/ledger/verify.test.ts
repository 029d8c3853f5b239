import assert from "node:assert/strict";
import { append, hashOf } from "../../../../release/ledger/append";
import { entryBytes, keyOf, linkBytes } from "../../../../release/ledger/entry";
import { linkKey } from "../../../../release/ledger/keys";
import { verify } from "../../../../release/ledger/verify";
import { DRAFTS, ledgerOf, OTHER, writer } from "./entries";
import type { MemoryStore } from "./memory-store";

const problemsOf = async (store: MemoryStore): Promise<readonly string[]> =>
  (await verify(store)).problems;

describe("verify", function () {
  // Thousands of ledgers are verified.
  this.timeout(300_000);
  it("finds nothing wrong with a ledger that nobody has touched, and reads each object once", async () => {
    const { store } = await ledgerOf(DRAFTS);
    store.calls.read = 0;
    const found = await verify(store);
    assert.deepEqual(found, { entries: 5, problems: [], withoutPlace: 0 });
    assert.equal(store.calls.read, 10);
    assert.equal(store.calls.versions, 2);
  });

  it("finds nothing wrong with a ledger that is empty", async () => {
    assert.deepEqual(await verify((await ledgerOf([])).store), {
      entries: 0,
      problems: [],
      withoutPlace: 0,
    });
  });

  it("finds each byte that was changed, in two ways, in each of its objects", async () => {
    const { store } = await ledgerOf(DRAFTS);
    let tried = 0;
    for (const [index, object] of store.objects.entries())
      for (let at = 0; at < object.bytes.length; at++)
        for (const flip of [1, 0x20]) {
          const changed = store.copy();
          const bytes = Uint8Array.from(object.bytes);
          bytes[at] = (bytes[at] ?? 0) ^ flip;
          (changed.objects[index] as { bytes: Uint8Array }).bytes = bytes;
          const problems = await problemsOf(changed);
          assert.ok(problems.length > 0, `${object.key}, byte ${at}, ${flip}`);
          tried++;
        }
    assert.ok(tried > 3000, `${tried} changes`);
  });

  it("finds each byte that was taken off or put in", async () => {
    const { store } = await ledgerOf(DRAFTS);
    for (const [index, { key, bytes }] of store.objects.entries())
      for (let at = 0; at <= bytes.length; at++) {
        const [before, after] = [bytes.slice(0, at), bytes.slice(at)];
        const without = Buffer.concat([before, after.slice(1)]);
        const space = Buffer.from(" ");
        for (const other of [
          ...(after.length > 0 ? [without] : []),
          Buffer.concat([before, space, after]),
        ]) {
          const changed = store.copy();
          (changed.objects[index] as { bytes: Uint8Array }).bytes = other;
          assert.ok((await problemsOf(changed)).length > 0, `${key}, at ${at}`);
        }
      }
  });

  it("finds each object that was deleted, the last ones too, and says where its content still is", async () => {
    const { store } = await ledgerOf(DRAFTS);
    for (const key of store.keys()) {
      const changed = store.copy();
      changed.remove(key);
      const problems = await problemsOf(changed);
      assert.deepEqual(
        problems.map((each) => each.replace(/v\d+$/, "V")),
        [`${key}: it was deleted; what it held is still there as version V`],
      );
    }
  });

  it("finds an entry of another stack", async () => {
    const { store } = await ledgerOf(DRAFTS.slice(0, 1));
    await append(store, writer("ann", "test"), { kind: "frozen", what: "release freeze" });
    assert.deepEqual((await verify(store)).problems, ["entry 2: it is of the stack test"]);
  });

  it("finds each object that is gone without a trace, but for the last link, which only an anchor knows", async () => {
    const { store, entries } = await ledgerOf(DRAFTS);
    const last = entries.at(-1);
    assert.ok(last);
    const anchor = { sequence: 5, hash: hashOf(last), source: "the outputs of production" };
    for (const key of store.keys()) {
      const changed = store.copy();
      changed.erase(key);
      const isLast = key === linkKey(5);
      assert.equal((await problemsOf(changed)).length > 0, !isLast, key);
      const { problems } = await verify(changed, [anchor]);
      assert.ok(problems.length > 0, key);
      if (isLast)
        assert.deepEqual(problems, ["entry 5: it is gone, and the outputs of production knew it"]);
    }
  });

  it("finds an entry that was written again, with the same bytes too", async () => {
    const { store } = await ledgerOf(DRAFTS);
    for (const { key, bytes } of store.copy().objects) {
      const changed = store.copy();
      changed.put(key, bytes);
      assert.deepEqual(await problemsOf(changed), [`${key}: it was written 2 times`]);
    }
  });

  it("finds a chain that was forked: another entry at a number that is taken, in place or not", async () => {
    const { store, entries } = await ledgerOf(DRAFTS);
    const [first, second] = entries;
    assert.ok(first && second);
    const forged = { ...second, release: OTHER, ...writer("eve") };
    const forked = store.copy();
    forked.put(keyOf(forged), entryBytes(forged));
    forked.put(linkKey(2), linkBytes(keyOf(forged)));
    assert.deepEqual(await problemsOf(forked), [`${linkKey(2)}: it was written 2 times`]);
    const swapped = store.copy();
    swapped.erase(linkKey(2));
    swapped.put(keyOf(forged), entryBytes(forged));
    swapped.put(linkKey(2), linkBytes(keyOf(forged)));
    assert.deepEqual(await problemsOf(swapped), [
      "entry 3: it follows another entry than the one before it",
    ]);
  });

  it("finds entries in another order", async () => {
    const { store, entries } = await ledgerOf(DRAFTS);
    const [, second, third] = entries;
    assert.ok(second && third);
    store.erase(linkKey(2));
    store.erase(linkKey(3));
    store.put(linkKey(2), linkBytes(keyOf(third)));
    store.put(linkKey(3), linkBytes(keyOf(second)));
    const problems = await problemsOf(store);
    assert.ok(problems.includes("entry 2: its link names entry 3"), problems.join("\n"));
  });

  it("finds a whole ledger that was written anew from some entry on, where that entry is known elsewhere", async () => {
    const { entries } = await ledgerOf(DRAFTS);
    const known = entries[3];
    assert.ok(known);
    const anew = await ledgerOf(DRAFTS.map((draft) => ({ ...draft, what: "forged" })));
    assert.deepEqual(await problemsOf(anew.store), []);
    const anchor = { sequence: 4, hash: hashOf(known), source: "the outputs of production" };
    assert.deepEqual((await verify(anew.store, [anchor])).problems, [
      "entry 4: it is another one than the outputs of production knew",
    ]);
  });

  it("finds an entry that says another time than S3's, or one before that of the entry before it", async () => {
    const { store, entries } = await ledgerOf(DRAFTS.slice(0, 1));
    const [first] = entries;
    assert.ok(first);
    const late = { ...first, sequence: 2, previous: hashOf(first), time: "2026-01-31T11:00:00Z" };
    store.put(keyOf(late), entryBytes(late));
    store.put(linkKey(2), linkBytes(keyOf(late)));
    assert.deepEqual(await problemsOf(store), [
      "entry 2: it is of 2026-01-31T11:00:00Z, before the last one",
      "entry 2: it says 2026-01-31T11:00:00Z, and was written 2026-01-31T12:00:03.000Z",
    ]);
  });

  it("finds what belongs to no ledger, and counts what has no place", async () => {
    const { store, entries } = await ledgerOf(DRAFTS);
    const [, second] = entries;
    assert.ok(second);
    const overtaken = { ...second, ...writer("slow") };
    store.put(keyOf(overtaken), entryBytes(overtaken));
    assert.deepEqual(await verify(store), { entries: 5, problems: [], withoutPlace: 1 });
    store.put("entries/readme.txt", new Uint8Array());
    assert.deepEqual(await problemsOf(store), ["entries/readme.txt: it belongs to no ledger"]);
  });
});
