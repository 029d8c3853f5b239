import assert from "node:assert/strict";
import { append, readHead } from "../../../../release/ledger/append";
import { BEGINNING, type Entry } from "../../../../release/ledger/entry";
import { linkKey } from "../../../../release/ledger/keys";
import { lookUp } from "../../../../release/ledger/look-up";
import { sha256 } from "../../../../release/sha256";
import { writer } from "../ledger/entries";
import { FakePlace } from "./fake-place";
import { A, B, PRODUCTION } from "./samples";

const GATED = `config:
  aws:region: us-east-1
  aws:allowedAccountIds: ["222222222222"]
  switchyard:gate:
    provenIn: { stack: stage, accountId: "111111111111" }
    approvals: [{ count: 1, from: ["arn:aws:iam::222222222222:user/*"] }]
`;

describe("the verbs of the ledger", () => {
  let place: FakePlace;
  beforeEach(() => {
    place = new FakePlace();
    place.stacks.set("production", PRODUCTION);
    place.files.set("production", GATED);
  });

  const put = (name: string, draft: Parameters<typeof append>[2]): Promise<Entry> =>
    append(place.ledger, writer(name), draft);
  const entries = (release: string): Promise<Entry[]> =>
    lookUp(place.ledger, { release, kinds: ["promoted", "approved", "overridden"] });
  const live = { kind: "live", release: A.id, what: "pulumi up" } as const;
  const promoted = { kind: "promoted", release: B.id, what: "release promote" } as const;

  describe("promote", () => {
    it("writes down who has asked, before it pins the release", async () => {
      await put("pipeline", live);
      const { code, err } = await place.call("promote");
      assert.equal(code, 0, err);
      const [entry] = await entries(B.id);
      assert.equal(entry?.by.arn, writer("ana").by.arn);
      assert.equal(entry.what, "release promote --from stage --to production");
      assert.match(place.files.get("production") ?? "", new RegExp(B.id));
    });

    it("asks AWS nothing for a stack without a gate, and writes nothing where there is no ledger yet", async () => {
      assert.equal((await place.call("promote")).code, 0);
      assert.deepEqual(place.ledger.objects, []);
      place.files.set("production", "config:\n  aws:region: us-east-1\n");
      place.ledger.first = () => Promise.reject(new Error("asked"));
      assert.equal((await place.call("promote")).code, 0);
    });

    it("asks no second time for who has asked already, and anew once another has, or it was replaced", async () => {
      await put("pipeline", live);
      for (let times = 0; times < 2; times++) await place.call("promote");
      assert.equal((await entries(B.id)).length, 1);
      await put("paula", promoted);
      await place.call("promote");
      assert.equal((await entries(B.id)).length, 3);
      await put("pipeline", { kind: "replaced", release: B.id, what: "pulumi up" });
      await place.call("promote");
      assert.equal((await entries(B.id)).length, 4);
    });

    it("writes nothing down of an update that it can't ask about", async () => {
      await put("pipeline", live);
      const { code, err } = await place.call("promote", "--up");
      assert.equal(code, 2, err);
      assert.deepEqual(await entries(B.id), []);
    });

    it("pins nothing where it can't be written down", async () => {
      await put("pipeline", live);
      place.ledger.write = () => Promise.reject(new Error("Access Denied"));
      const { code, err } = await place.call("promote");
      assert.equal(code, 1);
      assert.match(err, /^failed: writing to the ledger of production: Access Denied$/m);
      assert.equal(place.files.get("production"), GATED);
    });
  });

  describe("approve", () => {
    it("writes down that the caller agrees", async () => {
      await put("paula", promoted);
      const short = B.id.slice(0, 12);
      const { code, out, err } = await place.call(
        "approve",
        short,
        "--comment",
        "read it",
        "--yes",
      );
      assert.equal(code, 0, err);
      assert.match(out, /^approved: release \w{12} for production, by .*\/ana \(entry 2\)$/m);
      const entry = (await entries(B.id)).at(-1);
      assert.deepEqual([entry?.kind, entry?.details], ["approved", { comment: "read it" }]);
    });

    it("asks first, and not where nobody can be asked", async () => {
      await put("paula", promoted);
      assert.equal((await place.call("approve", B.id)).code, 2);
      place.interactive = true;
      assert.equal((await place.call("approve", B.id)).code, 0);
      assert.match(
        place.questions[0] ?? "",
        /^approve release \w{12} for production, which .*\/paula asked for at 2026-/,
      );
      place.answer = false;
      assert.equal((await place.call("approve", B.id)).code, 3);
      assert.equal((await entries(B.id)).length, 2);
    });

    it("says first how the gate of the stack's file is another one than that on record", async () => {
      const provenIn = { stack: "stage", accountId: "111111111111", region: "us-east-1" };
      const approvals = [{ count: 2, from: ["arn:aws:iam::222222222222:user/*"] }];
      const evidence = ["built", "smoke", "acceptance", "live"];
      const rest = { soakMinutes: 0, windows: [], freezes: [], emergency: [], people: {} };
      const gate = { provenIn, evidence, approvals, ...rest };
      await put("pipeline", { kind: "gate", what: "pulumi up", details: { gate } });
      await put("paula", promoted);
      const { err } = await place.call("approve", B.id, "--yes");
      const from = '"from":["arn:aws:iam::222222222222:user/*"]';
      assert.equal(
        err,
        "the gate of production in its settings is not the one on record (entry 1), and takes its place with the first release that passes both:\n" +
          `  approvals: [{"count":2,${from}}] -> [{"count":1,${from}}]\n`,
      );
      const alike = { ...gate, approvals: [{ ...approvals[0], count: 1 }] } as typeof gate;
      await put("pipeline", { kind: "gate", what: "pulumi up", details: { gate: alike } });
      assert.equal((await place.call("approve", B.id, "--yes")).err, "");
    });

    it("is refused to who has asked, and of what nobody has asked for", async () => {
      await put("ana", promoted);
      const own = await place.call("approve", B.id, "--yes");
      assert.equal(own.code, 3);
      assert.match(own.err, /\/ana can't approve this release: .*\/ana promoted the release$/m);
      await put("pipeline", live);
      const other = await place.call("approve", A.id, "--yes");
      assert.equal(other.code, 3);
      assert.match(other.err, /nobody has asked for release \w{12} in production$/m);
    });

    it("says which releases a beginning may be of", async () => {
      const { code, err } = await place.call("approve", "abcdef", "--yes");
      assert.equal(code, 2);
      assert.match(err, /^mistake: nothing is on record of a release abcdef$/m);
      assert.equal((await place.call("approve", "xyz", "--yes")).code, 2);
    });

    it("lets a release in against its gate, with a reason", async () => {
      await put("paula", promoted);
      await place.call("approve", B.id, "--emergency", "the site is down", "--yes");
      const entry = (await entries(B.id)).at(-1);
      assert.deepEqual(
        [entry?.kind, entry?.details],
        ["overridden", { reason: "the site is down" }],
      );
    });
  });

  it("freeze and unfreeze a stack, with a reason", async () => {
    assert.equal((await place.call("freeze")).code, 2);
    assert.equal((await place.call("freeze", "--reason", " ")).code, 2);
    const { out } = await place.call("freeze", "--reason", "an audit");
    assert.match(out, /^production is frozen: an audit, by .*\/ana \(entry 1\)$/m);
    await place.call("unfreeze", "--reason", "it is over");
    const found = await lookUp(place.ledger, { kinds: ["frozen", "unfrozen"] });
    assert.deepEqual(
      found.map(({ kind, details }) => [kind, details?.["reason"]]),
      [
        ["frozen", "an audit"],
        ["unfrozen", "it is over"],
      ],
    );
  });

  it("freeze no stack without a gate, where nothing would ask for it, unless there is one on record", async () => {
    place.files.set("production", "config:\n  aws:region: us-east-1\n");
    const { code, err } = await place.call("freeze", "--reason", "an audit");
    assert.equal(code, 3);
    assert.match(
      err,
      /^refused: production has no gate, .*\nto do: give it one: switchyard:gate in /m,
    );
    await put("pipeline", { kind: "gate", what: "pulumi up", details: { gate: {} } });
    assert.equal((await place.call("freeze", "--reason", "an audit")).code, 0);
  });

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
