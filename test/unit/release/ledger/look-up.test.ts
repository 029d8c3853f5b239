import assert from "node:assert/strict";
import { append } from "../../../../release/ledger/append";
import { entryBytes, keyOf, linkBytes } from "../../../../release/ledger/entry";
import { linkKey } from "../../../../release/ledger/keys";
import { lookUp } from "../../../../release/ledger/look-up";
import { verify } from "../../../../release/ledger/verify";
import { principalOf } from "../../../../release/ledger/principal";
import { DRAFTS, ledgerOf, OTHER, RELEASE, writer } from "./entries";
import type { MemoryStore } from "./memory-store";

describe("lookUp", () => {
  it("finds what is known of a release, the oldest first, and nothing of another one", async () => {
    const { store, entries } = await ledgerOf(DRAFTS);
    await append(store, writer("bob"), { kind: "approved", release: OTHER, what: "approve" });
    const found = await lookUp(store, {
      release: RELEASE,
      kinds: ["live", "promoted", "approved"],
    });
    assert.deepEqual(found, [entries[0], entries[1], entries[4]]);
    assert.deepEqual(await lookUp(store, { kinds: ["frozen"] }), [entries[2]]);
    assert.deepEqual(await lookUp(store, { kinds: ["drift"] }), []);
  });

  it("finds the newest of each kind", async () => {
    const { store } = await ledgerOf([...DRAFTS, ...DRAFTS]);
    const found = await lookUp(store, {
      release: RELEASE,
      kinds: ["live", "approved"],
      newestOnly: true,
    });
    assert.deepEqual(
      found.map(({ sequence }) => sequence),
      [7, 10],
    );
  });

  it("reads no more of a long ledger than of a short one", async () => {
    const rest = Array.from({ length: 300 }, () => ({
      kind: "live" as const,
      release: OTHER,
      what: "pulumi up",
    }));
    const { store } = await ledgerOf([...DRAFTS, ...rest]);
    Object.assign(store.calls, { first: 0, versions: 0, read: 0, write: 0 });
    await lookUp(store, { release: RELEASE, kinds: ["approved", "promoted"] });
    assert.deepEqual(store.calls, { first: 1, versions: 1, read: 5, write: 0 });
  });

  it("lists no others than it was asked for of a stack that was looked at for years", async () => {
    const looks = Array.from({ length: 300 }, () => ({ kind: "drift" as const, what: "drift" }));
    const { store } = await ledgerOf([...DRAFTS, ...looks]);
    let listed = 0;
    const versions = store.versions.bind(store);
    store.versions = async function* (prefix) {
      for await (const each of versions(prefix)) {
        listed++;
        yield each;
      }
    };
    const found = await lookUp(store, { kinds: ["gate", "frozen"] });
    assert.ok(found.length > 0);
    assert.equal(listed, found.length);
  });

  it("does not count what has no place in the chain", async () => {
    const { store, entries } = await ledgerOf(DRAFTS);
    const [, approved] = entries;
    assert.ok(approved);
    for (const sequence of [2, 5, 6, 99]) {
      const forged = { ...approved, sequence, ...writer("eve") };
      store.put(keyOf(forged), entryBytes(forged));
    }
    const question = { release: RELEASE, kinds: ["approved"] } as const;
    assert.deepEqual(await lookUp(store, question), [approved]);
  });

  it("is refused where an entry gives its writer another name than S3 knew", async () => {
    const question = { release: RELEASE, kinds: ["approved"] } as const;
    const { arn, userId } = writer("mallory").by;
    for (const by of [
      { arn: arn.replace("mallory", "alice"), userId },
      { arn: arn.replace("mallory", "a/mallory2"), userId },
      { arn: "arn:aws:iam::222222222222:user/alice", userId },
      { arn, userId: "AIDAEXAMPLEALICE" },
      { arn, userId: "AIDAEXAMPLEALICE:mallory" },
      { arn: "arn:aws:iam::222222222222:user/alice", userId: "AIDAEXAMPLEALICE" },
      { arn: "arn:aws:iam::222222222222:user/alice", userId: "AIDAEXAMPLEMALLORY:mallory" },
      { arn: "arn:aws:iam::222222222222:user/mallory/alice", userId: "AIDAEXAMPLEMALLORY:mallory" },
    ]) {
      const { store } = await ledgerOf(DRAFTS.slice(0, 1));
      await append(
        store,
        { stack: "production", by },
        { kind: "approved", release: RELEASE, what: "" },
      );
      await assert.rejects(
        lookUp(store, question),
        /is no entry of a ledger: somebody has changed the ledger; .*verify/,
      );
      assert.match((await verify(store)).problems.join(), /^entry 2: .* is no entry of a ledger$/);
    }
    for (const by of [
      principalOf("arn:aws:iam::222222222222:user/alice", "AIDAEXAMPLEALICE"),
      principalOf("arn:aws:iam::222222222222:user/team/a/alice", "AIDAEXAMPLEALICE"),
      { arn: "arn:aws:iam::222222222222:root", userId: "222222222222" },
      { arn, userId },
    ]) {
      const { store } = await ledgerOf(DRAFTS.slice(0, 1));
      await append(
        store,
        { stack: "production", by },
        { kind: "approved", release: RELEASE, what: "" },
      );
      assert.equal((await lookUp(store, question)).length, 1);
    }
  });

  it("is refused where an entry's writer is of another account than the ledger", async () => {
    const question = { release: RELEASE, kinds: ["approved"] } as const;
    const { store } = await ledgerOf(DRAFTS);
    for (const bucket of ["shop-production-ledger-222222222222", "elsewhere"]) {
      store.bucket = bucket;
      assert.equal((await lookUp(store, question)).length, 1);
    }
    store.bucket = "shop-production-ledger-333333333333";
    await assert.rejects(
      lookUp(store, question),
      /is no entry of arn:aws:sts::222222222222:assumed-role\/deployer\/writer1, for the ledger is of account 333333333333/,
    );
    assert.equal((await verify(store)).problems.length, DRAFTS.length);
  });

  it("is refused by a ledger in which what it looks for was deleted, overwritten, or lost its place", async () => {
    const question = { kinds: ["frozen"] } as const;
    const { store, entries } = await ledgerOf(DRAFTS);
    const [, second, frozen] = entries;
    assert.ok(second && frozen);
    const key = keyOf(frozen);
    const harms: [(harmed: MemoryStore) => void, RegExp][] = [
      [
        (it) => {
          it.remove(key);
        },
        /frozen\/.* was deleted: somebody has changed the ledger/,
      ],
      [
        (it) => {
          it.put(key, entryBytes(frozen));
        },
        /was written twice/,
      ],
      [
        (it) => {
          it.remove(linkKey(3));
        },
        /the link of entry 3 is gone/,
      ],
      [
        (it) => {
          it.erase(linkKey(3));
        },
        /the link of entry 3 is gone/,
      ],
      [
        (it) => {
          it.remove(linkKey(5));
        },
        /999999999994\.json was deleted/,
      ],
    ];
    for (const [harm, expected] of harms) {
      const harmed = store.copy();
      harm(harmed);
      await assert.rejects(lookUp(harmed, question), expected);
    }
    store.erase(linkKey(3));
    store.put(linkKey(3), linkBytes(keyOf(second)));
    await assert.rejects(lookUp(store, question), /the link of entry 3 names another entry/);
  });
});
