import assert from "node:assert/strict";
import { canonicalJson } from "../../../../release/canonical-json";
import { evidenceOf, type Rehearsed } from "../../../../release/rehearsal/evidence";
import { sha256 } from "../../../../release/sha256";

const settings = { seconds: 10, requestsPerSecond: 20, latencySeconds: 2 };
const load = { requests: 400, failed: 0, p50Ms: 4, p99Ms: 9 };
const at = "2026-01-02T03:04:05.000Z";
const rollback = {
  ...{ before: "b".repeat(64), requests: 600, dropped: 0, toldBy: "answers" as const },
  ...{ secondsBack: 0.1, secondsForward: 0.2 },
} as const;
const WEB: Rehearsed = { version: "web:2", at, settings, path: "/version", load, rollback };
const API: Rehearsed = { version: "api:1", at, settings, path: "/orders", load };
const release = "a".repeat(64);
const subject = { release, versions: { web: "web:2", api: "api:1" }, workers: ["reporter"] };

describe("the evidence of a rehearsal", () => {
  it("says what was done to each service, and what was not", () => {
    const [first, second, ...others] = evidenceOf({ web: WEB, api: API }, subject);
    assert.deepEqual(others, []);
    assert.equal(first?.kind, "load");
    assert.equal(first.what, "a load on api, web");
    assert.deepEqual(first.details, {
      services: {
        api: { at, ...settings, path: "/orders", ...load },
        web: { at, ...settings, path: "/version", ...load },
      },
    });
    assert.equal(second?.kind, "rehearsed");
    assert.equal(second.what, "the traffic of web back and forth, under load");
    assert.deepEqual(second.details, {
      services: { api: { before: "nothing before it" }, web: { at, ...settings, ...rollback } },
      notRehearsed: ["reporter"],
    });
    for (const draft of [first, second]) {
      assert.equal(draft.release, release);
      assert.equal(draft.result, sha256(canonicalJson(draft.details ?? {})));
    }
  });

  it("says that nothing was before the first release", () => {
    const versions = { api: "api:1" };
    const [, second] = evidenceOf({ api: API }, { ...subject, versions });
    assert.equal(second?.what, "no rollback: there is nothing before it");
  });

  it("is none where a service with traffic runs a version that was not rehearsed", () => {
    assert.deepEqual(evidenceOf({ web: WEB }, subject), []);
    assert.deepEqual(evidenceOf({ web: { ...WEB, version: "web:1" }, api: API }, subject), []);
    assert.deepEqual(evidenceOf({}, { ...subject, versions: {} }), []);
  });
});
