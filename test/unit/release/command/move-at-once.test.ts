import assert from "node:assert/strict";
import type { Moved, MoveOptions, NotMoved } from "../../../../effects/move-traffic";
import { CommandFailure } from "../../../../release/command/failure";
import { readProjectFile } from "../../../../release/command/stack-file";
import type { StackState } from "../../../../release/command/stack-state";
import type { Json } from "../../../../release/canonical-json";
import { append } from "../../../../release/ledger/append";
import type { Entry } from "../../../../release/ledger/entry";
import type { Kind } from "../../../../release/ledger/kinds";
import { releaseId, shortId } from "../../../../release/release";
import type { Slot } from "../../../../release/slots";
import type { Move } from "../../../../release/way-back";
import { GATE } from "../gate/samples";
import { writer } from "../ledger/entries";
import { FakePlace } from "./fake-place";
import { A, B, digest, REFUSED } from "./samples";
import { read, revision, SERVICES, stage, stageWith } from "./warm-stage";

interface Result {
  readonly traffic: {
    readonly moved: boolean;
    readonly reasons?: string[];
    readonly services?: Record<string, { from: Slot; to: Slot }>;
    readonly seconds?: { write: number; sinceStart: number };
    readonly notes?: string[];
  };
}

describe("rollback --up", () => {
  let fake: FakePlace;
  /** What happened, in order. */
  let events: string[];
  let asked: { moves: readonly Move[]; options: MoveOptions } | undefined;
  let outcome: Moved | NotMoved;

  beforeEach(() => {
    events = [];
    asked = undefined;
    outcome = { moved: true, written: SERVICES, writeMs: 52, unrecorded: [] };
    fake = new FakePlace();
    fake.project = readProjectFile(read("Pulumi.yaml"));
    fake.files.set("stage", read("Pulumi.stage.yaml"));
    fake.stacks.set("stage", stage());
    fake.mover = async (moves, options) => {
      const fenced = await options.fence();
      const isPinned = (fake.files.get("stage") ?? "").includes(A.id);
      events.push(`moved ${isPinned ? "after" : "before"} the pin`);
      asked = { moves, options };
      return fenced === undefined ? outcome : { moved: false, reasons: [fenced], strayed: [] };
    };
    const update = fake.update;
    fake.update = (stack, onEvent) => {
      events.push("updated");
      return update(stack, onEvent);
    };
  });

  const traffic = async (): Promise<Result["traffic"]> => {
    const { code, out, err } = await fake.call(
      "rollback",
      "--stack",
      "stage",
      "--up",
      "--yes",
      "--json",
    );
    assert.equal(code, 0, err);
    return (JSON.parse(out) as Result).traffic;
  };
  /** By the update alone: nothing was asked to move. */
  const left = async (): Promise<readonly string[]> => {
    const { moved, reasons = [] } = await traffic();
    assert.deepEqual([moved, asked, events], [false, undefined, ["updated"]]);
    return reasons;
  };

  describe("where the stack has a gate", () => {
    const gate = { ...GATE, evidence: [], windows: [], freezes: [], soakMinutes: 0 };
    const say = (kind: Kind, release: string | undefined, details: Json = {}): Promise<unknown> =>
      append(fake.ledger, writer("pipeline", "stage"), {
        kind,
        what: kind,
        ...(release !== undefined && { release }),
        details: details as NonNullable<Entry["details"]>,
      });
    beforeEach(async () => {
      await say("gate", undefined, { gate: gate as unknown as Json });
      await say("live", A.id);
      await say("replaced", A.id, { by: B.id, way: "open" });
      await say("live", B.id);
    });

    it("goes back at once to what ran before", async () => {
      assert.equal((await traffic()).moved, true);
    });

    it("leaves it to the update, and so to the gate, to go forward again", async () => {
      await say("replaced", B.id, { by: A.id, way: "back" });
      await say("live", A.id);
      await say("replaced", A.id, { by: B.id, way: "back" });
      await say("live", B.id);
      const [reason = ""] = await left();
      assert.equal(reason, `the gate of stage does not let release ${shortId(A.id)} in`);
    });

    it("leaves it to the update where the ledger can't be read", async () => {
      fake.ledger.remove(fake.ledger.objects[0]?.key ?? "");
      const [reason = ""] = await left();
      assert.match(reason, /^the gate of stage could not be asked: .*was deleted/);
    });
  });

  it("pins, then moves the traffic, then updates, and tells how long people waited", async () => {
    assert.deepEqual(await traffic(), {
      moved: true,
      services: { api: { from: "green", to: "blue" }, web: { from: "green", to: "blue" } },
      seconds: { write: 0.05, sinceStart: 0.75 },
      notes: [],
      workers: {},
    });
    assert.deepEqual(events, ["moved after the pin", "updated"]);
    assert.deepEqual(
      asked?.moves.map(({ service, shift, tasks }) => [service, shift.ruleArn, tasks]),
      SERVICES.map((service) => [service, `rule:${service}`, 2]),
    );
  });

  it("tells it to people in one line", async () => {
    const { out } = await fake.call("rollback", "--stack", "stage", "--up", "--yes");
    assert.match(
      out,
      /^traffic moved: api from green to blue, web from green to blue; written and read back in 0\.05 s, 0\.75 s after the command began$/m,
    );
  });

  it("says on the rule who moved what when, in as much as a tag holds", async () => {
    await traffic();
    const [move] = asked?.moves ?? [];
    assert.ok(move);
    const note = asked?.options.note(move) ?? "";
    const ids = `from ${B.id.slice(0, 12)} green to ${A.id.slice(0, 12)} blue`;
    assert.match(note, new RegExp(`^rollback 2026-11-21T09:00:00\\.000Z by \\S+@\\S+ ${ids}$`));
    assert.ok(note.length < 256);
  });

  it("moves nothing where it was not asked to update", async () => {
    assert.equal((await fake.call("rollback", "--stack", "stage")).code, 0);
    assert.deepEqual(events, []);
  });

  it("moves what differs, and leaves the service alone that is the same in both", async () => {
    const same = { live: "blue", blue: revision("api", "a"), green: undefined };
    fake.stacks.set("stage", stageWith({ api: same }));
    await traffic();
    assert.deepEqual(
      asked?.moves.map(({ service }) => service),
      ["web"],
    );
  });

  it("leaves all to the update where one service's slot would have to change", async () => {
    fake.stacks.set("stage", stageWith({ api: { live: "green", green: revision("api", "b") } }));
    assert.deepEqual(await left(), ["api: blue is empty"]);
  });

  it("leaves it to the update where the settings were changed since, for they make another version", async () => {
    const text = read("Pulumi.stage.yaml").replace(
      /^ {4}web:$/m,
      "    web:\n      cpu: 512\n      memoryMiB: 1024",
    );
    fake.files.set("stage", text);
    assert.match((await left()).join(), /^web: blue holds another version, or its settings were/);
  });

  it("leaves it to the update where a service was not part of the previous release", async () => {
    const content = { commit: A.commit, images: { web: digest("a") } };
    const previousRelease = { id: releaseId(content), registry: A.registry, ...content };
    fake.stacks.set("stage", stage({ previousRelease }));
    assert.match((await left()).join(), /^switchyard:release\.images\.api: found nothing/);
  });

  it("leaves it to the update after one that did not succeed: a slot may hold something else", async () => {
    fake.stacks.set("stage", stage({ lastUpdate: { kind: "update", result: "failed" } }));
    assert.match((await left()).join(), /^the last update of stage did not succeed/);
    events = [];
    fake.stacks.set("stage", stage({ pendingOperations: 1 }));
    await left();
  });

  it("moves the traffic after an update that was refused and changed nothing, to what ran before", async () => {
    fake.stacks.set("stage", stage(REFUSED));
    assert.equal((await traffic()).moved, true);
    assert.deepEqual(events, ["moved after the pin", "updated"]);
  });

  it("leaves it to the update where one failed before the one that was refused", async () => {
    fake.stacks.set(
      "stage",
      stage({ ...REFUSED, lastChange: { kind: "update", result: "failed" } }),
    );
    assert.match((await left()).join(), /^the last update of stage did not succeed/);
  });

  it("leaves it to the update where the state does not tell the rules", async () => {
    fake.stacks.set("stage", stage({ resources: stage().resources.slice(0, 1) }));
    assert.match((await left()).join(), /api: the stack's state does not tell its listener rule/);
  });

  it("leaves it to the update where AWS says no, in AWS's words, and what could not be put back", async () => {
    outcome = { moved: false, reasons: ["web: no"], strayed: ["web: nor back"] };
    const { moved, reasons } = await traffic();
    assert.deepEqual([moved, reasons], [false, ["web: no", "not put back: web: nor back"]]);
    assert.equal(events.at(-1), "updated");
    const { out } = await fake.call("rollback", "--stack", "stage", "--up", "--yes");
    assert.match(out, /^note: the traffic is left to the update: web: no; not put back/m);
  });

  it("writes nothing beside an update that began meanwhile, nor where none can be seen", async () => {
    fake.fence = { known: true, running: { by: "ana@build-7 (process 1)" } };
    assert.deepEqual((await traffic()).reasons, [
      "stage is being updated by ana@build-7 (process 1)",
    ]);
    fake.stacks.set("stage", stage());
    fake.fence = { known: false };
    assert.match((await traffic()).reasons?.join() ?? "", /does not tell whether an update runs/);
  });

  it("is refused while an update runs, before anything is pinned", async () => {
    fake.stacks.set("stage", stage({ running: { by: "ana@build-7 (process 1)" } }));
    const { code, err } = await fake.call("rollback", "--stack", "stage", "--up", "--yes");
    assert.equal(code, 3);
    assert.match(err, /Ctrl-C/);
    assert.deepEqual(events, []);
    assert.equal(fake.files.get("stage"), read("Pulumi.stage.yaml"));
  });

  it("moves nothing where something was delivered while the question was open", async () => {
    fake.interactive = true;
    const place = fake.place();
    const lastUpdate = { kind: "update", result: "succeeded", endedAt: "2026-11-21T09:00:00.000Z" };
    for (const since of [stage({ release: A }), stage({ lastUpdate } as Partial<StackState>)]) {
      let reads = 0;
      fake.place = () => ({
        ...place,
        readStack: () => Promise.resolve(reads++ === 0 ? stage() : since),
        update: () => Promise.reject(new CommandFailure("failed", "not of interest")),
      });
      const { out } = await fake.call("rollback", "--stack", "stage", "--up");
      assert.match(out, /left to the update: stage was updated while the question was open/);
    }
    assert.equal(asked, undefined);
  });

  it("moves the traffic at the answer to the question, where nothing was", async () => {
    fake.interactive = true;
    await fake.call("rollback", "--stack", "stage", "--up");
    assert.deepEqual([fake.questions.length, events], [1, ["moved after the pin", "updated"]]);
  });

  it("says that people are served already when the update fails after the move", async () => {
    fake.update = () => Promise.reject(new Error("a bug"));
    await assert.rejects(fake.call("rollback", "--stack", "stage", "--up", "--yes"), /a bug/);
    fake.update = () => Promise.reject(new CommandFailure("refused", "locked"));
    const { code, err } = await fake.call("rollback", "--stack", "stage", "--up", "--yes");
    assert.equal(code, 1, "something was changed");
    assert.match(
      err,
      /the traffic was moved before the update \(api to blue, web to blue\): locked/,
    );
  });

  it("says what was there already, and who could not be named", async () => {
    outcome = { moved: true, written: ["web"], writeMs: 40, unrecorded: ["web: no"] };
    const { services, notes } = await traffic();
    assert.deepEqual(services, { web: { from: "green", to: "blue" } });
    assert.deepEqual(notes, [
      "the traffic of api was on blue already",
      "no tag says who moved it: web: no",
    ]);
  });
});
