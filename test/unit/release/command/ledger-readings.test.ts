import assert from "node:assert/strict";
import { readHead } from "../../../../release/ledger/append";
import { BEGINNING, type Draft, type Entry } from "../../../../release/ledger/entry";
import { linkKey } from "../../../../release/ledger/keys";
import { sha256 } from "../../../../release/sha256";
import type { FakePlace } from "./fake-place";
import { gatedPlace, live, promoted, putIn } from "./gated-place";
import { B, PRODUCTION } from "./samples";

describe("the verbs that read a ledger", () => {
  let place: FakePlace;
  beforeEach(() => {
    place = gatedPlace();
  });

  const put = (name: string, draft: Draft): Promise<Entry> => putIn(place, name, draft);

  describe("history", () => {
    beforeEach(async () => {
      await put("pipeline", { ...live, details: { images: { web: "sha256:1" } } });
      await put("paula", promoted);
      await put("olga", {
        kind: "frozen",
        what: "release freeze",
        details: { reason: "an audit" },
      });
      await put("alice", { kind: "approved", release: B.id, what: "release approve" });
    });
    const kinds = async (...words: string[]): Promise<string[]> => {
      const { out, err } = await place.call("history", "--json", ...words);
      assert.notEqual(out, "", err);
      return (JSON.parse(out) as { entries: Entry[] }).entries.map(({ kind }) => kind);
    };

    it("shows the newest first, a line each", async () => {
      const { out } = await place.call("history");
      const lines = out.trimEnd().split("\n");
      assert.equal(lines.length, 4);
      assert.match(
        lines[0] ?? "",
        /^4 {2}2026-01-31 \d\d:\d\d:\d\d {2}approved {2}\w{12} {2}assumed-role\/deployer\/alice +release approve$/,
      );
    });

    it("shows what is asked for alone", async () => {
      assert.deepEqual(await kinds("--kind", "frozen", "promoted"), ["frozen", "promoted"]);
      assert.deepEqual(await kinds("--release", B.id.slice(0, 8)), ["approved", "promoted"]);
      assert.deepEqual(await kinds("--service", "web"), ["live"]);
      assert.deepEqual(await kinds("--limit", "1"), ["approved"]);
      assert.deepEqual(await kinds("--since", "2026-01-31T12:00:04Z"), ["approved", "frozen"]);
      assert.deepEqual(await kinds("--until", "2026-01-31T12:00:04Z"), ["promoted", "live"]);
      assert.equal((await place.call("history", "--kind", "tested")).code, 2);
    });

    it("reads no more of the ledger than it shows", async () => {
      for (let n = 0; n < 60; n++) await put("pipeline", live);
      place.ledger.calls.read = 0;
      await kinds("--limit", "2");
      assert.equal(place.ledger.calls.read, 32);
    });

    it("is written to a file, whole and the oldest first", async () => {
      const { out } = await place.call("history", "--out", "all.jsonl");
      assert.equal(out, "4 entries are in all.jsonl\n");
      const lines = (place.plans.get("all.jsonl") ?? "").trimEnd().split("\n");
      const found = lines.map((line) => (JSON.parse(line) as Entry).sequence);
      assert.deepEqual(found, [1, 2, 3, 4]);
    });

    it("is written in the bytes that each next entry has the hash of", async () => {
      await place.call("history", "--out", "all.jsonl");
      const lines = (place.plans.get("all.jsonl") ?? "").trimEnd().split("\n");
      const named = lines.map((line) => (JSON.parse(line) as Entry).previous);
      const { hash } = await readHead(place.ledger);
      assert.deepEqual([BEGINNING, ...lines.map(sha256)], [...named, hash]);
    });

    it("says so where there is nothing, and where the ledger was changed", async () => {
      assert.match((await place.call("history", "--kind", "drift")).out, /^nothing of that kind/);
      place.ledger.remove(linkKey(4));
      const { code, err } = await place.call("history");
      assert.equal(code, 3);
      assert.match(err, /was deleted: somebody has changed the ledger/);
    });
  });

  describe("verify", () => {
    /** The stack's outputs know its newest entry. */
    const anchor = async (): Promise<void> => {
      const { sequence, hash } = await readHead(place.ledger);
      const ledger = { bucket: "b", sequence, hash };
      place.stacks.set("production", { ...PRODUCTION, ledger });
    };

    it("says that nothing was changed, or what was", async () => {
      await put("pipeline", live);
      await anchor();
      const { code, out } = await place.call("verify");
      assert.deepEqual([code, out], [0, "1 entries of production are as they were written\n"]);
      place.ledger.remove(linkKey(1));
      const changed = await place.call("verify");
      assert.equal(changed.code, 3);
      assert.match(
        changed.err,
        /the ledger of production is not as it was written:\n {2}chain\/.*was deleted/,
      );
    });

    it("says that the end is known nowhere else where there are no outputs, of a stack or at all", async () => {
      await put("pipeline", live);
      const says =
        /^1 entries of production are as they were written\nnote: .* does not know the newest entry of production: .* entries at its very end could be missing\n$/;
      assert.match((await place.call("verify")).out, says);
      place.stacks.delete("production");
      const { code, out } = await place.call("verify");
      assert.equal(code, 0);
      assert.match(out, says);
    });

    it("tells machines whether the end is known elsewhere", async () => {
      await put("pipeline", live);
      const found = { stack: "production", entries: 1, problems: [], withoutPlace: 0 };
      const unknown = JSON.parse((await place.call("verify", "--json")).out) as unknown;
      assert.deepEqual(unknown, { ...found, anchored: false });
      await anchor();
      const known = JSON.parse((await place.call("verify", "--json")).out) as unknown;
      assert.deepEqual(known, { ...found, anchored: true });
    });

    it("misses what the stack's outputs know", async () => {
      await put("pipeline", live);
      const ledger = { bucket: "b", sequence: 2, hash: "0".repeat(64) };
      place.stacks.set("production", { ...PRODUCTION, ledger });
      const { code, err } = await place.call("verify");
      assert.equal(code, 3);
      assert.match(err, /entry 2: it is gone, and the outputs of production knew it/);
    });
  });
});
