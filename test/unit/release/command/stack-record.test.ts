import assert from "node:assert/strict";
import { stackRecord } from "../../../../release/command/stack-record";
import { PATHS, SHIFT, urnOf } from "./samples";

const exported = (...resources: object[]): string =>
  JSON.stringify({ version: 3, deployment: { manifest: { time: "1" }, resources } });
const entry = {
  kind: "update",
  result: "succeeded",
  startTime: "2026-11-21T08:32:00.000Z",
  message: "first",
};

describe("stackRecord", () => {
  it("marks the state by its content, and by what was run last", () => {
    const history = JSON.stringify([{ ...entry, kind: "refresh" }, entry]);
    const { mark, history: known } = stackRecord(exported({ urn: "a" }), history);
    assert.match(mark.checkpoint, /^[0-9a-f]{64}$/);
    assert.deepEqual(mark.last, {
      kind: "refresh",
      result: "succeeded",
      startedAt: "2026-11-21T08:32:00.000Z",
    });
    assert.deepEqual(
      known.map(({ kind, message }) => [kind, message]),
      [
        ["refresh", "first"],
        ["update", "first"],
      ],
    );
  });

  it("gives other content another mark, and the same content the same", () => {
    const of = (urn: string): string => stackRecord(exported({ urn }), "[]").mark.checkpoint;
    assert.equal(of("a"), of("a"));
    assert.notEqual(of("a"), of("b"));
  });

  it("finds the shifts, but not one that waits to be deleted", () => {
    const resources = [
      { urn: urnOf(PATHS.vpc, "switchyard") },
      { urn: SHIFT },
      { urn: urnOf(PATHS.shift, "old"), delete: true },
    ];
    assert.deepEqual(stackRecord(exported(...resources), "[]").shifts, [SHIFT]);
  });

  it("reads a stack that nothing was done to", () => {
    for (const [state, history] of [
      ["{}", "null"],
      ['{"deployment":{}}', "[]"],
      ['{"deployment":{"resources":null}}', "[]"],
    ] as const) {
      const { mark, ...rest } = stackRecord(state, history);
      assert.deepEqual(rest, { shifts: [], history: [] });
      assert.equal(mark.last, null);
    }
  });
});
