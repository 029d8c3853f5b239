import assert from "node:assert/strict";
import { excluded } from "../../../../release/gate/conditions";
import { decide, type Verdict } from "../../../../release/gate/decide";
import { factsFrom, standingOf } from "../../../../release/gate/facts-from";
import { append, type Writer } from "../../../../release/ledger/append";
import { type Draft, entryBytes, keyOf, linkBytes } from "../../../../release/ledger/entry";
import { linkKey } from "../../../../release/ledger/keys";
import { soakedMinutes } from "../../../../release/gate/facts";
import { LedgerError } from "../../../../release/ledger/ledger-error";
import { writer } from "../ledger/entries";
import { MemoryStore } from "../ledger/memory-store";
import { GATE } from "./samples";

const [RELEASE, OTHER, OLD] = ["a", "b", "c"].map((digit) => digit.repeat(64)) as [
  string,
  string,
  string,
];
const STAGE = writer("pipeline", "stage");
const gate = { ...GATE, soakMinutes: 0, approvals: [], windows: [], freezes: [] };

/** Ledgers of two stacks, and a gate that is asked with nothing else. */
describe("what a gate is told by ledgers", () => {
  let here: MemoryStore;
  let there: MemoryStore;

  const say = (store: MemoryStore, kind: Draft["kind"], by: Writer, more = {}): Promise<unknown> =>
    append(store, by, { kind, release: RELEASE, what: kind, ...more });
  const verdict = async (): Promise<Verdict> => {
    const facts = await factsFrom(RELEASE, await standingOf(here), here, there);
    return decide({ settings: gate }, facts, "production");
  };
  const missing = async (): Promise<string[]> =>
    (await verdict()).conditions.filter(({ holds }) => !holds).map(({ name }) => name);
  const entryOf = (store: MemoryStore, kind: string) => {
    const found = store.objects.find(({ key }) => key.includes(`/${kind}/`));
    assert.ok(found, `${kind} among ${store.objects.map(({ key }) => key).join(", ")}`);
    return found;
  };

  beforeEach(async () => {
    here = new MemoryStore();
    there = new MemoryStore();
    for (const kind of ["built", "smoke", "live"] as const) await say(there, kind, STAGE);
    await say(here, "promoted", writer("paula"));
  });

  it("is enough where all of it is there", async () => {
    assert.equal((await verdict()).way, "open");
  });

  it("is nothing of another release, whatever that one has passed", async () => {
    there = new MemoryStore();
    for (const kind of ["built", "smoke", "live"] as const)
      await say(there, kind, STAGE, { release: OTHER });
    assert.deepEqual(await missing(), ["built in stage", "smoke in stage", "live in stage"]);
  });

  it("is nothing that another stack's deployer has said in the ledger", async () => {
    there = new MemoryStore();
    for (const kind of ["built", "smoke", "live"] as const)
      await say(there, kind, writer("pipeline", "test"));
    assert.deepEqual(await missing(), ["built in stage", "smoke in stage", "live in stage"]);
  });

  it("is nothing that was put into the bucket and not appended", async () => {
    const proof = entryOf(there, "smoke");
    there = new MemoryStore();
    for (const kind of ["built", "live"] as const) await say(there, kind, STAGE);
    there.put(proof.key, proof.bytes);
    assert.deepEqual(await missing(), ["smoke in stage"]);
  });

  it("is nothing that was copied to another release's name", async () => {
    const proof = entryOf(there, "smoke");
    there.put(proof.key.replace(RELEASE, OTHER), proof.bytes);
    const facts = await factsFrom(OTHER, await standingOf(here), here, there);
    assert.deepEqual(facts.there, []);
  });

  it("is nothing, with the reason, where an entry was rewritten, deleted or written twice", async () => {
    const { key, bytes } = entryOf(there, "smoke");
    const forged = Buffer.from(Buffer.from(bytes).toString().replace("pipeline", "somebody"));
    const whole = there.objects.slice();
    for (const written of [forged, bytes, undefined]) {
      there.objects = whole.slice();
      if (written) there.put(key, written);
      else there.remove(key);
      const { way, conditions } = await verdict();
      assert.equal(way, "closed");
      assert.match(conditions.find(({ name }) => name === "smoke in stage")?.found ?? "", /smoke/);
    }
  });

  it("is refused as a whole where this stack's own ledger was changed", async () => {
    here.remove(entryOf(here, "promoted").key);
    await assert.rejects(verdict(), LedgerError);
  });

  it("is who wrote the releases in between, back to the one that was live here last", async () => {
    const built = (release: string, author: string, follows?: string): Promise<unknown> =>
      say(there, "built", STAGE, {
        release,
        details: { authors: [`${author}@example.com`], ...(follows && { follows }) },
      });
    const oldest = "d".repeat(64);
    await built(oldest, "olga");
    await built(OLD, "otto", oldest);
    await built(OTHER, "bea", OLD);
    await built(RELEASE, "arthur", OTHER);
    const authors = async (): Promise<string[]> => {
      const facts = await factsFrom(RELEASE, await standingOf(here), here, there);
      return [...excluded(facts, gate).keys()]
        .filter((each) => !/p(aula|ipeline)/.test(each))
        .sort();
    };
    assert.deepEqual(await authors(), ["arthur", "bea", "olga", "otto"]);
    await say(here, "live", writer("pipeline"), { release: OLD });
    assert.deepEqual(await authors(), ["arthur", "bea"]);
  });

  it("is who wrote them also where stage went back and forth, which changes what a release follows", async () => {
    const built = (release: string, authors: string[], follows: string): Promise<unknown> =>
      say(there, "built", STAGE, { release, details: { authors, follows } });
    await say(here, "live", writer("pipeline"), { release: OLD });
    await built(OTHER, ["olga@example.com"], OLD);
    await built(RELEASE, ["bob@example.com"], OTHER);
    await built(OTHER, [], RELEASE);
    await built(RELEASE, [], OLD);
    const facts = await factsFrom(RELEASE, await standingOf(here), here, there);
    const persons = [...excluded(facts, gate).keys()];
    assert.ok(persons.includes("olga") && persons.includes("bob"), persons.join(", "));
  });

  it("takes S3's word for when an entry was written, and so for how long a release has soaked", async () => {
    const time = "2020-01-01T00:00:00Z";
    const forged = { kind: "live", release: OTHER, what: "", ...STAGE, sequence: 5, time } as const;
    const entry = { ...forged, previous: "0".repeat(64) };
    await say(there, "built", STAGE, { release: OTHER });
    await there.write(keyOf(entry), entryBytes(entry));
    await there.write(linkKey(5), linkBytes(keyOf(entry)));
    const facts = await factsFrom(OTHER, await standingOf(there), here, there);
    assert.equal(facts.there.at(-1)?.kind, "live");
    assert.ok(soakedMinutes(facts.there, facts.now) < 5);
  });

  it("asks for no more of releases in between where the release runs already", async () => {
    await say(there, "built", STAGE, { details: { authors: [], follows: OTHER } });
    await say(here, "live", writer("pipeline"));
    const before = { ...there.calls };
    await factsFrom(RELEASE, await standingOf(here), here, there);
    assert.equal(there.calls.versions - before.versions, 1);
  });

  it("comes of ledgers that end somewhere: the end of each is read once", async () => {
    await say(there, "built", STAGE, { details: { authors: [], follows: OTHER } });
    await say(there, "built", STAGE, { release: OTHER, details: { authors: [], follows: OLD } });
    const before = [{ ...here.calls }, { ...there.calls }];
    await factsFrom(RELEASE, await standingOf(here), here, there);
    const heads = [here, there].map(({ calls }, at) => calls.first - (before[at]?.first ?? 0));
    assert.deepEqual(heads, [1, 1]);
  });
});
