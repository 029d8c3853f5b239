import assert from "node:assert/strict";
import { CommandFailure } from "../../../../release/command/failure";
import { pinRelease } from "../../../../release/command/pin-release";
import { openPlan, type SavedPlan, writePlan } from "../../../../release/saved-plan";
import { FakePlace } from "./fake-place";
import {
  B,
  deliveryWith,
  engineText,
  Events,
  PATHS,
  PRODUCTION,
  recordOf,
  SHIFT,
  urnOf,
} from "./samples";

const FILE = "production.plan.json";

describe("apply", () => {
  let fake = new FakePlace();
  beforeEach(async () => {
    fake = new FakePlace();
    fake.stacks.set("production", PRODUCTION);
    fake.files.set("production", pinRelease(fake.files.get("production") ?? "", "switchyard", B));
    assert.equal((await fake.call("plan")).code, 0);
    fake.previews = 0;
  });

  const saved = (): { id: string; plan: SavedPlan } => {
    const opened = openPlan(fake.plans.get(FILE) ?? "");
    assert.ok(opened.ok);
    return opened;
  };

  /** A refusal that names this, and does nothing. @returns its lines */
  const refuses = async (names: RegExp, ...words: string[]): Promise<void> => {
    const { code, err } = await fake.call("apply", "--yes", ...words);
    assert.equal(code, 3, err);
    assert.match(err, names);
    assert.deepEqual(fake.updated, []);
  };

  it("carries out the plan, bound to it, and leaves its id in the history", async () => {
    const { code, out, err } = await fake.call("apply", "--yes");
    assert.equal(code, 0, err);
    assert.match(out, new RegExp(`^done: release ${B.id.slice(0, 12)} is live in production`));
    const { id } = saved();
    const bound = { engine: engineText(), message: `release apply: plan ${id}` };
    assert.deepEqual([fake.updated, fake.bounds], [["production"], [bound]]);
  });

  it("gives machines what became of it", async () => {
    const { out } = await fake.call("apply", FILE, "--yes", "--json");
    const { update, ...rest } = JSON.parse(out) as { update: { live: string } };
    assert.deepEqual(rest, {
      verb: "apply",
      stack: "production",
      file: FILE,
      plan: saved().id,
    });
    assert.equal(update.live, B.id);
  });

  it("refuses when the state has changed, and names by what", async () => {
    const last = { kind: "destroy", result: "failed", startedAt: "2026-11-21T08:50:00.000Z" };
    fake.records.set("production", recordOf({ mark: { checkpoint: "beef", last } }));
    await refuses(
      /^refused: the world is not the one that the plan was made in:\n {2}state: .* destroy of 2026-11-21T08:50:00\.000Z, which ended as failed\nto do: .*plan --stack production/,
    );
    fake.records.set("production", recordOf({ mark: { ...recordOf().mark, checkpoint: "beef" } }));
    await refuses(/\n {2}state: the stack's state was changed without an update/);
    assert.equal(fake.previews, 0);
  });

  it("refuses when settings, sources or the backend differ, and names all of them at once", async () => {
    const text = fake.files.get("production") ?? "";
    fake.files.set("production", text.replace("us-east-1\n", "us-east-2\n") + '  other: "1"\n');
    fake.source = { files: { "index.ts": "1", "app/web/page.ts": "9", "x.ts": "3" } };
    fake.backend = { url: "s3://elsewhere", user: "ben" };
    await refuses(
      /made in:\n {2}backend: .*s3:\/\/elsewhere\n {2}config: aws:region was changed\n {2}config: switchyard:other was added\n {2}source: app\/web\/page\.ts was changed\n {2}source: x\.ts was added\nto do/,
    );
  });

  it("shows nothing that a terminal would obey in the name of a file", async () => {
    fake.source = { files: { ...fake.source.files, "a\u001b[2J.ts": "1" } };
    await refuses(/\n {2}source: a\[2J\.ts was added\n/);
  });

  it("does not care about the commit where a release is pinned, and does where it is built", async () => {
    fake.source = { ...fake.source, revision: "beef" };
    assert.equal((await fake.call("apply", "--yes")).code, 0);
    fake = new FakePlace();
    fake.stacks.set("production", PRODUCTION);
    fake.files.set("production", "config:\n  switchyard:build: true\n");
    await fake.call("plan");
    fake.source = { ...fake.source, revision: "beef" };
    await refuses(/\n {2}source: the commit, .* was c0ffee, and is beef\n/);
  });

  it("refuses when the weights were edited, although the steps are the same", async () => {
    fake.live = { web: { blue: 90, green: 10 } };
    await refuses(
      /\n {2}live: web: the weights were blue 100 %, green 0 %, and are blue 90 %, green 10 %\n/,
    );
    fake.live = { web: null };
    await refuses(/\n {2}live: web: .* and are gone with their rule\n/);
  });

  it("refuses when an update would take other steps, and names them", async () => {
    fake.preview = () => Promise.resolve(deliveryWith(urnOf(PATHS.vpc, "switchyard"), ["update"]));
    await refuses(
      /\n {2}steps: switchyard \(Vpc\): the plan is to leave it as it is, an update now would update it\n/,
    );
    fake.preview = () =>
      Promise.resolve(deliveryWith(SHIFT, ["update"], { updates: { services: {} } }));
    await refuses(
      /\n {2}steps: switchyard \(TrafficShift\): services would get another value than/,
    );
  });

  it("refuses when the world changes between the preview and the update", async () => {
    fake.preview = () => {
      fake.source = { files: {}, revision: "c0ffee" };
      return Promise.resolve(engineText());
    };
    await refuses(/\n {2}source: app\/web\/page\.ts was removed\n/);
    assert.equal(fake.previews, 1);
  });

  it("refuses a plan that was applied already, however that ended", async () => {
    const entry = { kind: "update", result: "failed", startedAt: "2026-11-21T08:50:00.000Z" };
    const message = `release apply: plan ${saved().id}`;
    const history = [{ ...entry, message }];
    fake.records.set(
      "production",
      recordOf({ mark: { checkpoint: "beef", last: entry }, history }),
    );
    await refuses(
      /^refused: this plan was applied already, .*08:50:00 UTC, which ended as failed\n/,
    );
  });

  it("refuses beside an update that runs", async () => {
    fake.stacks.set("production", { ...PRODUCTION, running: { by: "ana@host (process 7)" } });
    await refuses(/^refused: production is being updated by ana@host/);
  });

  it("refuses a plan that was edited, and takes what is no plan for a mistake", async () => {
    const text = fake.plans.get(FILE) ?? "";
    fake.plans.set(FILE, text.replace('"blue": 100', '"blue": 10'));
    await refuses(/^refused: production\.plan\.json was edited/);
    for (const content of ["{", "null", "[]", '{"format":"switchyard plan 0"}']) {
      fake.plans.set(FILE, content);
      const { code, err } = await fake.call("apply", "--yes");
      assert.equal(code, 2);
      assert.match(err, /is no plan that this version can read/);
    }
    fake.plans.delete(FILE);
    const { code, err } = await fake.call("apply", "--yes");
    assert.equal(code, 2);
    assert.match(
      err,
      /there is no plan in production\.plan\.json\nto do: .*plan --stack production/,
    );
  });

  it("refuses a plan that is for another stack than the one that it is called for", async () => {
    const { plan } = saved();
    fake.plans.set("stage.plan.json", fake.plans.get(FILE) ?? "");
    await refuses(/stage\.plan\.json is a plan for production, not stage/, "--stack", "stage");
    const world = { ...plan.world, stack: "stage" };
    fake.plans.set(FILE, writePlan({ ...plan, world }));
    await refuses(/production\.plan\.json is a plan for stage, not production/);
    assert.equal(
      (await fake.call("apply", "stage.plan.json", "--yes")).code,
      0,
      "named, it is free",
    );
  });

  it("refuses a plan of another project", async () => {
    const { plan } = saved();
    fake.plans.set(FILE, writePlan({ ...plan, world: { ...plan.world, project: "other" } }));
    await refuses(/\n {2}project: the plan is for other, and this is switchyard\n/);
  });

  it("asks once where there is a terminal, and then looks at the world again", async () => {
    fake.interactive = true;
    fake.answer = false;
    const no = await fake.call("apply");
    assert.deepEqual([no.code, fake.updated, fake.previews], [3, [], 0]);
    fake.answer = true;
    assert.equal((await fake.call("apply")).code, 0);
    const question = `deliver release ${B.id.slice(0, 12)} to production now, as planned 2026-11-21 09:00:00 UTC by ana?`;
    assert.deepEqual(fake.questions, [question, question]);
  });

  it("does not ask where there is no terminal, and then needs --yes", async () => {
    const { code, err } = await fake.call("apply");
    assert.deepEqual([code, fake.updated, fake.questions], [2, [], []]);
    assert.match(err, /there is no terminal to ask\nto do: add --yes/);
  });

  it("ends with 1 when the update comes upon a step that is not planned", async () => {
    fake.update = (_stack, onEvent) => {
      onEvent(new Events().says("error", "update is not allowed by the plan", SHIFT));
      return Promise.reject(new CommandFailure("failed", "pulumi: update failed"));
    };
    const { code, err } = await fake.call("apply", "--yes");
    assert.equal(code, 1);
    assert.match(
      err,
      /failed: the update of production came upon a step that is not its plan's, and stopped before it\nto do: .*plan --stack production/,
    );
  });

  it("ends with 3 when the gate refuses, and then wants a new plan, for this one was carried out", async () => {
    fake.update = (_stack, onEvent) => {
      const text = `production does not take release ${"a".repeat(12)}: 1 of 8 conditions do not hold.`;
      onEvent(new Events().says("error", text));
      return Promise.reject(new CommandFailure("failed", "pulumi: update failed"));
    };
    const { code, err } = await fake.call("apply", "--yes");
    assert.equal(code, 3);
    assert.match(err, /to do: do what stands .*, then make a new plan: .*plan --stack production/);
  });
});
