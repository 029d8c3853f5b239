import assert from "node:assert/strict";
import { pinRelease } from "../../../../release/command/pin-release";
import { CommandFailure } from "../../../../release/command/failure";
import { UNKNOWN } from "../../../../release/engine-plan";
import { openPlan, type SavedPlan } from "../../../../release/saved-plan";
import { FakePlace } from "./fake-place";
import {
  A,
  B,
  deliveryThatExports,
  engineText,
  Events,
  PATHS,
  PRODUCTION,
  recordOf,
  SHIFT,
  urnOf,
} from "./samples";

const FILE = "production.plan.json";

describe("plan", () => {
  let fake = new FakePlace();
  beforeEach(() => {
    fake = new FakePlace();
    fake.stacks.set("production", PRODUCTION);
    fake.files.set("production", pinRelease(fake.files.get("production") ?? "", "switchyard", B));
  });

  const saved = (file = FILE): SavedPlan => {
    const opened = openPlan(fake.plans.get(file) ?? "");
    assert.ok(opened.ok);
    return opened.plan;
  };

  it("says in plain words what an update would do, and where the plan is", async () => {
    const { code, out, err } = await fake.call("plan");
    assert.deepEqual([code, err], [0, "previewing production\n"]);
    const [, id = ""] = /^plan ([0-9a-f]{12}) is in/m.exec(out) ?? [];
    assert.equal(
      out,
      `plan for production, which delivers release ${B.id.slice(0, 12)} (commit c0ffeeb)\n` +
        "  create  web-green (SlotReady)      web: green: coming up\n" +
        "  update  switchyard (TrafficShift)  switching to this release\n" +
        "  2 resources stay as they are\n" +
        `plan ${id} is in ${FILE}; next:\n  npm run release -- apply ${FILE}\n`,
    );
    assert.deepEqual([fake.updated, [...fake.plans.keys()]], [[], [FILE]]);
  });

  it("saves what apply must find again", async () => {
    await fake.call("plan");
    const { world, ...rest } = saved();
    assert.deepEqual(rest, {
      madeAt: "2026-11-21T09:00:00.000Z",
      madeBy: "ana",
      release: { id: B.id, commit: B.commit },
      revision: "c0ffee",
      live: { web: { blue: 100, green: 0 } },
      engine: engineText(),
    });
    assert.deepEqual(Object.keys(world.config).slice(0, 2), [
      "aws:region",
      "switchyard:release.id",
    ]);
    assert.deepEqual(world, {
      project: "switchyard",
      stack: "production",
      backend: "file:///state",
      state: recordOf().mark,
      config: world.config,
      source: fake.source.files,
      commit: null,
    });
  });

  it("gives machines the same", async () => {
    const { out } = await fake.call("plan", "--json", "--out", "x/y.plan.json");
    const { id, changes, ...result } = JSON.parse(out) as Record<string, unknown>;
    assert.match(String(id), /^[0-9a-f]{64}$/);
    assert.deepEqual(changes, [
      {
        urn: urnOf(PATHS.ready, "web-green"),
        resource: "web-green (SlotReady)",
        change: "create",
        inputs: [],
        meaning: "web: green: coming up",
      },
      {
        urn: SHIFT,
        resource: "switchyard (TrafficShift)",
        change: "update",
        inputs: ["services"],
        meaning: "switching to this release",
      },
    ]);
    assert.deepEqual(result, {
      verb: "plan",
      stack: "production",
      file: "x/y.plan.json",
      madeAt: "2026-11-21T09:00:00.000Z",
      madeBy: "ana",
      revision: "c0ffee",
      release: { id: B.id, commit: B.commit },
      unchanged: 2,
      next: ["npm run release -- apply x/y.plan.json"],
    });
  });

  it("names the release of a stack that builds where a preview knows it, and says so where not", async () => {
    fake.files.set("production", "config:\n  switchyard:build: true\n");
    await fake.call("plan");
    assert.deepEqual(saved().release, { id: A.id, commit: A.commit }, "it is not touched");
    assert.equal(saved().world.commit, "c0ffee");
    fake.preview = () => Promise.resolve(deliveryThatExports({ release: { ...B } }));
    await fake.call("plan");
    assert.equal(saved().release?.id, B.id);
    fake.preview = () => Promise.resolve(deliveryThatExports({ release: UNKNOWN }));
    const { out } = await fake.call("plan");
    assert.equal(saved().release, null);
    assert.match(out, /^plan for production, which delivers a release that this update builds\n/);
  });

  it("says that nothing would change", async () => {
    fake.preview = () => Promise.resolve(engineText({}));
    const { out } = await fake.call("plan");
    assert.match(out, /\n {2}nothing\n {2}0 resources stay as they are\n/);
  });

  it("refuses beside an update, and where the world moved while it looked", async () => {
    fake.stacks.set("production", { ...PRODUCTION, running: { by: "ana@host (process 7)" } });
    const running = await fake.call("plan");
    assert.deepEqual([running.code, fake.previews], [3, 0]);
    fake.stacks.set("production", PRODUCTION);
    fake.preview = () => {
      fake.records.set("production", recordOf({ mark: { checkpoint: "beef", last: null } }));
      return Promise.resolve(engineText());
    };
    const moved = await fake.call("plan");
    assert.equal(moved.code, 3);
    assert.match(moved.err, /refused: the world changed while it was planned:\n {2}state: /);
    assert.deepEqual([...fake.plans.keys()], []);
  });

  it("takes an unknown stack and a file that git would keep for mistakes", async () => {
    assert.equal((await fake.call("plan", "--stack", "nope")).code, 2);
    const { code, err } = await fake.call("plan", "--out", "plan.json");
    assert.equal(code, 2);
    assert.match(err, /can't be written to plan\.json\nto do: end its name in \.plan\.json/);
  });

  it("ends with 1 when the preview fails, shows why, and writes no plan", async () => {
    fake.preview = (_stack, onEvent) => {
      onEvent(new Events().says("error", "switchyard:services.web.cpu: found 300"));
      return Promise.reject(new CommandFailure("failed", "pulumi: failed"));
    };
    const { code, err } = await fake.call("plan");
    assert.equal(code, 1);
    assert.match(
      err,
      /✗ switchyard:services\.web\.cpu: found 300\nfailed: the preview of production/,
    );
    assert.equal(fake.plans.size, 0);
  });

  it("shows nothing that a terminal would obey in a resource's name", async () => {
    const urn = SHIFT.replace(/switchyard$/, "w\u001b[2Jeb");
    fake.preview = () => Promise.resolve(engineText({ [urn]: { goal: {}, steps: ["delete"] } }));
    const { out } = await fake.call("plan");
    assert.match(out, /^ {2}delete {2}w\[2Jeb \(TrafficShift\)$/m);
  });
});
