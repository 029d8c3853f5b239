import assert from "node:assert/strict";
import {
  isAtRest,
  judgeReadiness,
  type Readiness,
  type SlotObservation,
} from "../../../release/readiness";

const STATES = ["IN_PROGRESS", "COMPLETED", "FAILED", undefined] as const;
const COUNTS = [0, 1, 2, 3];

const seen = (
  rolloutState: (typeof STATES)[number],
  runningCount: number,
  more: Partial<SlotObservation> = {},
): SlotObservation => ({
  desiredCount: 2,
  deployment: { rolloutState, rolloutStateReason: undefined, runningCount },
  otherRunningCount: 0,
  healthy: runningCount,
  ...more,
});

describe("judgeReadiness", () => {
  it("is ready exactly where the wanted revision alone runs, as many as ECS is asked for, all healthy", () => {
    let ready = 0;
    for (const state of STATES)
      for (const running of COUNTS)
        for (const otherRunningCount of COUNTS)
          for (const healthy of COUNTS)
            for (const tasks of COUNTS.slice(1)) {
              const observation = seen(state, running, {
                desiredCount: tasks,
                otherRunningCount,
                healthy,
              });
              const expected =
                state !== "FAILED" &&
                otherRunningCount === 0 &&
                running === tasks &&
                healthy >= tasks;
              const verdict = judgeReadiness(observation);
              assert.equal(verdict.state === "ready", expected, JSON.stringify(observation));
              assert.equal(verdict.state === "failed", state === "FAILED");
              if (expected) ready++;
            }
    assert.equal(ready, 3 * (3 + 2 + 1));
  });

  it("waits while the service has no deployment of the revision", () => {
    const none = {
      desiredCount: 2,
      deployment: undefined,
      otherRunningCount: 2,
      healthy: 2,
    };
    assert.deepEqual(judgeReadiness(none), { state: "waiting", for: "the deployment to begin" });
  });

  it("says what it waits for, one thing after the other", () => {
    const waits = (observation: SlotObservation): string => {
      const verdict: Readiness = judgeReadiness(observation);
      return verdict.state === "waiting" ? verdict.for : verdict.state;
    };
    assert.equal(
      waits(seen("IN_PROGRESS", 0, { otherRunningCount: 1, healthy: 0 })),
      "1 tasks of the revision before to stop",
    );
    assert.equal(waits(seen("IN_PROGRESS", 1)), "2 running tasks, 1 so far");
    assert.equal(waits(seen("IN_PROGRESS", 3)), "2 running tasks, 3 so far");
    assert.equal(waits(seen("COMPLETED", 2, { healthy: 1 })), "2 healthy targets, 1 so far");
  });

  it("has failed when ECS has given the deployment up, whatever still runs", () => {
    assert.deepEqual(judgeReadiness(seen("FAILED", 2)), {
      state: "failed",
      reason: "ECS gave no reason",
    });
    const rolloutStateReason = "tasks failed to start";
    const deployment = { rolloutState: "FAILED", rolloutStateReason, runningCount: 0 } as const;
    assert.deepEqual(
      judgeReadiness({ desiredCount: 2, deployment, otherRunningCount: 1, healthy: 1 }),
      {
        state: "failed",
        reason: rolloutStateReason,
      },
    );
  });
});

describe("isAtRest", () => {
  it("holds exactly where nothing is asked for and nothing of any version runs", () => {
    let resting = 0;
    for (const desiredCount of COUNTS)
      for (const otherRunningCount of COUNTS)
        for (const state of STATES)
          for (const running of COUNTS) {
            const observation = seen(state, running, { desiredCount, otherRunningCount });
            const expected = desiredCount === 0 && otherRunningCount === 0 && running === 0;
            assert.equal(isAtRest(observation), expected, JSON.stringify(observation));
            if (expected) resting++;
          }
    assert.equal(resting, STATES.length);
    const none = {
      desiredCount: 0,
      deployment: undefined,
      otherRunningCount: 0,
      healthy: 1,
    };
    assert.equal(isAtRest(none), true);
    assert.equal(isAtRest({ ...none, otherRunningCount: 1 }), false);
  });
});
