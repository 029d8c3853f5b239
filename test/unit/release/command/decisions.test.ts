import assert from "node:assert/strict";
import {
  canPromote,
  pinNotes,
  rollbackTarget,
  type Verdict,
} from "../../../../release/command/decisions";
import type { StackState } from "../../../../release/command/stack-state";
import { A, B, fileOf, REFUSED, releaseOf, stateOf, without } from "./samples";

const FAILED = { kind: "update", result: "failed", endedAt: "2026-11-21T08:33:08.000Z" } as const;
const PROBLEM = { path: "p", found: "f", allowed: "a", action: "do" };

function refusal(verdict: Verdict): string {
  assert.ok(!verdict.ok);
  assert.doesNotMatch(verdict.reason, /\.$/);
  return `${verdict.reason}; ${verdict.action}`;
}

describe("canPromote", () => {
  it("accepts the live release of a stack whose last update succeeded", () => {
    assert.deepEqual(canPromote(stateOf()), { ok: true, release: B });
  });

  it("does not mind that there is no release before it", () => {
    assert.equal(canPromote(without(stateOf(), "previousRelease")).ok, true);
  });

  it("refuses after an update that failed, was cancelled, or ended in a way that is not known", () => {
    for (const result of ["failed", "cancelled", "unheard of"]) {
      const says = refusal(canPromote(stateOf({ lastUpdate: { ...FAILED, result } })));
      assert.equal(
        says,
        `the last update of stage did not succeed: found ${result} (ended 2026-11-21T08:33:08.000Z); ` +
          "mend it and run `pulumi up -s stage`: what is promoted is what stage is proven to run",
      );
    }
  });

  it("refuses after an update that was refused too: what is promoted is proven by the last one", () => {
    assert.match(refusal(canPromote(stateOf(REFUSED))), /did not succeed: found failed;/);
  });

  it("refuses after a destroy, whether it succeeded or not", () => {
    const gone = without(
      stateOf({ lastUpdate: { kind: "destroy", result: "succeeded" } }),
      "release",
    );
    assert.match(
      refusal(canPromote(gone)),
      /^stage has no release; run `pulumi up -s stage` first$/,
    );
    const failed = stateOf({ lastUpdate: { kind: "destroy", result: "failed" } });
    assert.match(
      refusal(canPromote(failed)),
      /^the last destroy of stage did not succeed: found failed;/,
    );
  });

  it("refuses while operations of an interrupted update have no known outcome", () => {
    const says = refusal(canPromote(stateOf({ pendingOperations: 2 })));
    assert.match(says, /was interrupted, 2 of its operations have no known outcome;/);
    assert.match(refusal(canPromote(stateOf({ pendingOperations: 1 }))), /1 of its operations has/);
  });

  it("refuses without any update on record", () => {
    const says = refusal(canPromote(without(stateOf(), "lastUpdate")));
    assert.equal(says, "no update of stage is on record; run `pulumi up -s stage` first");
  });

  it("refuses during an update, and says whose it is", () => {
    const running = { by: "ana@host (process 7)", since: "2026-11-21T09:00:00.000Z", gone: false };
    assert.equal(
      refusal(canPromote(stateOf({ running }))),
      "stage is being updated by ana@host (process 7) since 2026-11-21T09:00:00.000Z; " +
        "wait until it is done, or press Ctrl-C where it runs: it puts back the traffic that it was moving; " +
        "if whoever began it is gone, run `pulumi cancel -s stage`",
    );
    assert.match(refusal(canPromote(stateOf({ running: {} }))), /^stage is being updated;/);
    assert.match(
      refusal(canPromote(stateOf({ running: { ...running, gone: true } }))),
      /^stage is locked by ana.*, and that process is gone; run `pulumi cancel -s stage`, then/,
    );
  });

  it("refuses outputs that are not what a stack exports", () => {
    const says = refusal(canPromote(stateOf({ problems: [PROBLEM] })));
    assert.match(says, /^p: found f; allowed a; do; run `pulumi up -s stage` to write it anew$/);
  });
});

describe("rollbackTarget", () => {
  it("is the release before the live one", () => {
    assert.deepEqual(rollbackTarget(stateOf()), { ok: true, release: A });
  });

  it("is what was live before an update that did not succeed, however often it is asked", () => {
    const states: StackState[] = [
      stateOf({ lastUpdate: FAILED }),
      stateOf({ lastUpdate: { ...FAILED, result: "cancelled" } }),
      stateOf({ pendingOperations: 1 }),
      without(stateOf({ lastUpdate: FAILED }), "previousRelease"),
    ];
    for (const state of states) {
      const verdict = rollbackTarget(state);
      assert.ok(verdict.ok);
      assert.equal(verdict.release, B);
      assert.match(verdict.why ?? "", /: this is what was live before it$/);
    }
  });

  it("is the release before the live one after an update that was refused and changed nothing", () => {
    assert.deepEqual(rollbackTarget(stateOf(REFUSED)), { ok: true, release: A });
  });

  it("is what was live before an update that failed and one that was refused after it", () => {
    const verdict = rollbackTarget(stateOf({ ...REFUSED, lastChange: FAILED }));
    assert.ok(verdict.ok);
    assert.equal(verdict.release, B);
    assert.match(
      verdict.why ?? "",
      /found failed \(ended 2026-11-21T08:33:08\.000Z\): this is what/,
    );
    const interrupted = rollbackTarget(stateOf({ ...REFUSED, pendingOperations: 1 }));
    assert.equal((interrupted as { release: unknown }).release, B);
  });

  it("is the same again after a way back that did not succeed", () => {
    for (const state of [stateOf({ lastUpdate: FAILED }), stateOf({ pendingOperations: 1 })]) {
      const verdict = rollbackTarget(state, A.id);
      assert.ok(verdict.ok);
      assert.equal(verdict.release, A);
      assert.match(verdict.why ?? "", /: this is what it was to return to$/);
      assert.equal((rollbackTarget(state, B.id) as { release: unknown }).release, B);
    }
  });

  it("is refused where there was none before", () => {
    assert.equal(
      refusal(rollbackTarget(without(stateOf(), "previousRelease"))),
      `stage has no release before ${B.id.slice(0, 12)} to return to; ` +
        "deliver a good version instead: build it, or promote it",
    );
    assert.match(refusal(rollbackTarget(without(stateOf(), "release"))), /^stage has no release;/);
  });

  it("is refused during an update and for unsound outputs", () => {
    assert.match(refusal(rollbackTarget(stateOf({ running: {} }))), /^stage is being updated;/);
    assert.match(refusal(rollbackTarget(stateOf({ problems: [PROBLEM] }))), /^p: found f/);
  });
});

describe("pinNotes", () => {
  const notes = (release = A, text = ""): string[] =>
    pinNotes(release, "stage", fileOf(text), "switchyard");

  it("are none for a clean commit in a stack that does not build", () => {
    assert.deepEqual(notes(), []);
  });

  it("say how a building stack builds again", () => {
    assert.deepEqual(notes(A, 'config:\n  switchyard:build: "true"\n'), [
      "stage builds from source: the pinned release wins over build until you remove it with " +
        "`pulumi config rm switchyard:release -s stage`",
    ]);
  });

  it("warn of a source that no commit has, or that is not known", () => {
    assert.match(notes(releaseOf("a", { commit: "12ab+changes" }))[0] ?? "", /uncommitted changes/);
    assert.match(notes(releaseOf("a", { commit: "unknown" }))[0] ?? "", /^it is not known which/);
  });
});
