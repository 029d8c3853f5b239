import assert from "node:assert/strict";
import { stackState } from "../../../../release/command/stack-state";
import { A, B, digest } from "./samples";

const slot = (d: string, release: string): object => ({ digest: digest(d), release, port: 8080 });
const OUTPUTS = {
  url: "http://stage.example.com",
  release: B,
  previousRelease: A,
  services: { web: { live: "green", blue: slot("a", A.id), green: slot("b", B.id) } },
};
const UPDATE = { kind: "update", result: "succeeded", endTime: "2026-11-21T08:33:08.000Z" };

const resourcesWith = (outputs: object | undefined): object[] => [
  { type: "pulumi:pulumi:Stack", ...(outputs && { outputs }) },
  { type: "aws:ec2/vpc:Vpc", outputs: { release: "no" } },
];

function read(
  outputs: object | undefined,
  history: unknown = [UPDATE],
  pending?: unknown[],
): ReturnType<typeof stackState> {
  const resources = resourcesWith(outputs);
  const deployment = { resources, ...(pending && { pending_operations: pending }) };
  const exported = JSON.stringify({ version: 3, deployment });
  return stackState("stage", { exported, history: JSON.stringify(history), lock: undefined });
}

describe("stackState", () => {
  it("is read from the outputs, the history and the pending operations", () => {
    assert.deepEqual(read(OUTPUTS), {
      stack: "stage",
      url: "http://stage.example.com",
      release: B,
      previousRelease: A,
      services: {
        web: {
          live: "green",
          blue: { digest: digest("a"), release: A.id },
          green: { digest: digest("b"), release: B.id },
        },
      },
      lastUpdate: { kind: "update", result: "succeeded", endedAt: "2026-11-21T08:33:08.000Z" },
      pendingOperations: 0,
      problems: [],
      resources: resourcesWith(OUTPUTS),
    });
    assert.equal(read(OUTPUTS, [UPDATE], [{}, {}]).pendingOperations, 2);
  });

  it("is empty for a stack that was never updated", () => {
    const empty = { stack: "stage", services: {}, pendingOperations: 0, problems: [] };
    assert.deepEqual(read(undefined, null), { ...empty, resources: resourcesWith(undefined) });
    const sources = { exported: '{"version":3,"deployment":{}}', history: "[]", lock: undefined };
    assert.deepEqual(stackState("stage", sources), { ...empty, resources: [] });
  });

  it("takes the last update or destroy, whatever refreshes and previews came after it", () => {
    const refresh = { kind: "refresh", result: "failed", endTime: "2026-11-22T08:33:08.000Z" };
    const destroy = { kind: "destroy", result: "failed" };
    assert.equal(read(OUTPUTS, [refresh, UPDATE, destroy]).lastUpdate?.kind, "update");
    assert.deepEqual(read(OUTPUTS, [destroy, UPDATE]).lastUpdate, destroy);
  });

  it("takes the last one that may have changed something besides, where later ones failed before they came to a resource", () => {
    const refused = { ...UPDATE, result: "failed", resourceChanges: { same: 1 } };
    const state = read(OUTPUTS, [refused, { ...refused, resourceChanges: {} }, UPDATE]);
    const { endedAt } = state.lastUpdate ?? {};
    assert.deepEqual(state.lastUpdate, {
      kind: "update",
      result: "failed",
      endedAt,
      changedNothing: true,
    });
    assert.deepEqual(state.lastChange, { kind: "update", result: "succeeded", endedAt });
    const broken = { ...refused, resourceChanges: { create: 2, same: 1 } };
    assert.equal(read(OUTPUTS, [refused, broken, UPDATE]).lastChange?.result, "failed");
  });

  it("takes no other end for one that changed nothing", () => {
    const failed = { ...UPDATE, result: "failed" };
    const others = [
      failed,
      { ...failed, resourceChanges: { create: 1 } },
      { ...failed, resourceChanges: { same: 1, update: 1 } },
      { ...failed, resourceChanges: { delete: 1 } },
      // A step that fails is counted nowhere: here the shift may have failed with a part of the traffic moved.
      { ...failed, resourceChanges: { same: 120 } },
      { ...failed, kind: "destroy", resourceChanges: {} },
      { ...UPDATE, result: "in-progress" },
      { ...UPDATE, result: "cancelled", resourceChanges: { same: 1 } },
    ];
    for (const last of others) {
      const { lastUpdate, lastChange } = read(OUTPUTS, [last, UPDATE]);
      assert.equal(lastUpdate?.changedNothing, undefined);
      assert.equal(lastChange, undefined);
    }
  });

  it("takes the newest one for what it is where only such are known", () => {
    const refused = { ...UPDATE, result: "failed", resourceChanges: { same: 1 } };
    assert.equal(read(OUTPUTS, [refused, refused]).lastChange, undefined);
  });

  it("knows a running update from the history or from a lock", () => {
    const begun = { kind: "update", result: "in-progress", endTime: "1970-01-01T00:00:00.000Z" };
    const state = read(OUTPUTS, [begun, UPDATE]);
    assert.deepEqual(state.running, {});
    assert.deepEqual(state.lastUpdate, { kind: "update", result: "in-progress" });
    const lock = { by: "ana@host (process 7)" };
    const locked = stackState("stage", { exported: "{}", history: "[]", lock });
    assert.equal(locked.running, lock);
  });

  it("says what is wrong with a release that is not one", () => {
    const [problem] = read({ ...OUTPUTS, release: { ...B, commit: "other" } }).problems;
    assert.equal(problem?.path, "stage's output release.id");
    const encrypted = { "4dabf18193072939515e22adb298388d": "1b47", ciphertext: "x" };
    const state = read({ ...OUTPUTS, release: encrypted });
    assert.equal(state.release, undefined);
    assert.ok(state.problems.length > 0);
  });

  it("tells a worker by what its slots hold", () => {
    const worker = { digest: digest("b"), release: B.id };
    const services = {
      web: OUTPUTS.services.web,
      jobs: { live: "green", blue: null, green: { ...worker, cpu: 256 } },
      none: { live: "blue" },
    };
    const found = read({ ...OUTPUTS, services }).services;
    assert.deepEqual(found["jobs"], { live: "green", worker: true, green: worker });
    assert.deepEqual(found["none"], { live: "blue" });
    assert.equal(found["web"]?.worker, undefined);
  });

  it("leaves out what it can't make sense of in services and empty slots", () => {
    const services = {
      web: { live: "green", blue: null, green: slot("b", B.id) },
      odd: { live: "red" },
      none: 1,
    };
    assert.deepEqual(read({ ...OUTPUTS, services }).services, {
      web: { live: "green", green: { digest: digest("b"), release: B.id } },
    });
  });
});
