import assert from "node:assert/strict";
import type { Draft, Entry } from "../../../../release/ledger/entry";
import { lookUp } from "../../../../release/ledger/look-up";
import { writer } from "../ledger/entries";
import type { FakePlace } from "./fake-place";
import { gatedPlace, GATED, live, promoted, putIn } from "./gated-place";
import { A, B } from "./samples";

describe("the verbs of the ledger", () => {
  let place: FakePlace;
  beforeEach(() => {
    place = gatedPlace();
  });

  const put = (name: string, draft: Draft): Promise<Entry> => putIn(place, name, draft);
  const entries = (release: string): Promise<Entry[]> =>
    lookUp(place.ledger, { release, kinds: ["promoted", "approved", "overridden"] });
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
});
