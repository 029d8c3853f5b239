import assert from "node:assert/strict";
import { CommandFailure } from "../../../../release/command/failure";
import { append } from "../../../../release/ledger/append";
import type { Draft } from "../../../../release/ledger/entry";
import { linkKey } from "../../../../release/ledger/keys";
import type { ReleaseKind } from "../../../../release/ledger/kinds";
import { DECLARED, pinOf, RESOURCES } from "../checklist/samples";
import { writer } from "../ledger/entries";
import { FakePlace } from "./fake-place";
import { B, engineText, PRODUCTION, urnOf } from "./samples";

const GATE = {
  provenIn: { stack: "stage", accountId: "111111111111" },
  evidence: ["built", "smoke", "live"],
  approvals: [{ from: ["arn:aws:sts::222222222222:assumed-role/deployer/alice"] }],
};

interface Told {
  readonly ready: boolean;
  readonly lines: readonly {
    readonly title: string;
    readonly answer: string;
    readonly items: readonly { readonly name: string; readonly answer: string }[];
  }[];
}

describe("checklist", () => {
  let place: FakePlace;
  const put = (name: string, draft: Draft): Promise<unknown> =>
    append(place.ledger, writer(name), draft);
  const prove = (kind: ReleaseKind): Promise<unknown> => {
    const draft = { kind, release: B.id, what: kind, result: DECLARED };
    return append(place.stageLedger, writer("pipeline", "stage"), draft);
  };
  const told = async (): Promise<Told> =>
    JSON.parse((await place.call("checklist", "--json")).out) as Told;
  const answerOf = async (name: string): Promise<string | undefined> =>
    (await told()).lines.flatMap(({ items }) => items).find((each) => each.name === name)?.answer;

  beforeEach(async () => {
    place = new FakePlace();
    const endedAt = "2026-01-31T11:00:00.000Z";
    const lastUpdate = { kind: "update", result: "succeeded", endedAt } as const;
    place.stacks.set("production", { ...PRODUCTION, resources: RESOURCES, lastUpdate });
    const gate = `  switchyard:gate: ${JSON.stringify(GATE)}\n`;
    place.files.set("production", pinOf(B) + gate);
    place.preview = (_stack, onEvent) => {
      const type = "pulumi-nodejs:dynamic/switchyard:ReleaseRecord";
      const state = { inputs: { declaration: DECLARED }, outputs: {} };
      const told = { op: "same", urn: urnOf(type, "switchyard"), type, old: state, new: state };
      onEvent({ sequence: 0, timestamp: 0, resourcePreEvent: { metadata: told } } as never);
      return Promise.resolve(engineText());
    };
    place.readWeights = () => Promise.resolve({ web: { blue: 0, green: 100, isForeign: false } });
    for (const kind of ["built", "smoke", "live", "rehearsed", "parity"] as const)
      await prove(kind);
    await put("paula", { kind: "promoted", release: B.id, what: "release promote" });
    await put("alice", { kind: "approved", release: B.id, what: "release approve" });
    const none = { changed: 0, gone: 0, resources: [] };
    await put("ana", { kind: "drift", what: "release drift", details: none });
  });

  it("shows each line, what was found and what to do; 3 where one does not hold, and changes nothing", async () => {
    const found = { changed: 0, gone: 1, resources: ["web (LogGroup)"] };
    await put("ana", { kind: "drift", what: "release drift", details: found });
    const { code, out, err } = await place.call("checklist");
    assert.equal(code, 3, err);
    assert.match(out, /^✗ Dry-run completed with no conflicts: does not hold$/m);
    assert.match(out, /^ {2}✗ no drift: 0 changed, 1 gone: entry 4, 2026-/m);
    assert.match(err, /1 do not hold, 1 can't be told/);
    assert.match(
      out,
      /^before a delivery to production:\n✓ Metadata in VCS with passing CI: holds$/m,
    );
    assert.match(out, /^ {2}✓ the release is of a commit: release \w{12}, commit c0ffeeb$/m);
    assert.match(out, /^ {2}✓ preview: \d+ to change, \d+ stay$/m);
    assert.match(out, /^ {2}– schema of a database: not part of this stack$/m);
    assert.match(
      out,
      /^ {2}\? traffic .*\n {6}to do: npm run release -- status --stack production$/m,
    );
    assert.match(err, /^previewing production$/m);
    assert.deepEqual(place.updated, []);
    assert.equal(place.previews, 1);
  });

  it("is 0 once all of it holds", async () => {
    const { resources } = place.stacks.get("production") ?? PRODUCTION;
    assert.equal(resources.length, 5);
    const services = { api: PRODUCTION.services["web"], web: PRODUCTION.services["web"] };
    place.stacks.set("production", {
      ...PRODUCTION,
      resources,
      services: {},
      lastUpdate: { kind: "update", result: "succeeded", endedAt: "2026-01-31T11:00:00.000Z" },
    });
    assert.ok(services.web);
    const { code, out, err } = await place.call("checklist", "--json");
    assert.equal(code, 0, out + err);
    assert.equal((JSON.parse(out) as Told).ready, true);
  });

  it("asks the gate in the file by both ledgers", async () => {
    assert.equal(await answerOf("smoke in stage"), "holds");
    const approval = "1 approval of arn:aws:sts::222222222222:assumed-role/deployer/alice";
    assert.equal(await answerOf(approval), "holds");
    place.ledger.objects = [];
    await put("paula", { kind: "promoted", release: B.id, what: "release promote" });
    assert.equal(await answerOf(approval), "fails");
    place.stageLedger.objects = [];
    assert.equal(await answerOf("smoke in stage"), "fails");
  });

  it("asks the gate that is on record where the file has none", async () => {
    place.files.set("production", pinOf(B));
    assert.equal(await answerOf("approval"), "fails");
    const gate = { ...GATE, soakMinutes: 0, windows: [], freezes: [], emergency: [], people: {} };
    const approvals = [{ count: 1, from: ["arn:aws:sts::222222222222:assumed-role/a/b"] }];
    const whole = { ...gate, approvals, provenIn: { ...gate.provenIn, region: "us-east-1" } };
    await put("pipeline", { kind: "gate", what: "pulumi up", details: { gate: whole } });
    assert.equal(
      await answerOf(
        "1 approval of arn:aws:sts::222222222222:assumed-role/a/b (by the gate of entry 4)",
      ),
      "fails",
    );
  });

  it("can't tell by a ledger that somebody has changed, and says so", async () => {
    place.ledger.remove(linkKey(1));
    const { code, out } = await place.call("checklist");
    assert.equal(code, 3);
    assert.match(
      out,
      /^ {2}✗ the ledger is as it was written, .*somebody has changed the ledger.*\n {6}to do: npm run release -- verify --stack production$/m,
    );
  });

  it("says why a preview fails, and goes on", async () => {
    place.preview = () => Promise.reject(new CommandFailure("failed", "pulumi: no such image"));
    const { code, out } = await place.call("checklist");
    assert.equal(code, 3);
    assert.match(out, /^ {2}✗ preview: pulumi: no such image$/m);
    assert.match(out, /^ {2}✓ no drift: entry 3, 2026-/m);
  });

  it("is 1 where all that is wrong is that something can't be told", async () => {
    place.source = { files: {} };
    const { resources } = place.stacks.get("production") ?? PRODUCTION;
    const lastUpdate = { kind: "update", result: "succeeded" } as const;
    place.stacks.set("production", { ...PRODUCTION, resources, services: {}, lastUpdate });
    const { code, err } = await place.call("checklist");
    assert.equal(code, 1);
    assert.match(
      err,
      /^failed: production is not ready for a delivery: 0 do not hold, 1 can't be told$/m,
    );
  });

  it("of a stack that is not there is a mistake in the call", async () => {
    assert.equal((await place.call("checklist", "--stack", "nowhere")).code, 2);
  });
});
