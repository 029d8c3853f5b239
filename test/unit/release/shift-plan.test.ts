import assert from "node:assert/strict";
import fc from "fast-check";
import { remainingSteps, type ShiftStep, stepsOf, STRATEGIES } from "../../../release/shift-plan";

const rising = fc
  .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 19 })
  .map((shares) => [...shares.sort((a, b) => a - b), 100])
  .map((shares) => shares.map((percent): ShiftStep => ({ percent, pauseSeconds: percent })));

describe("the steps of a strategy", () => {
  it("rise to all of the traffic", () => {
    for (const strategy of STRATEGIES) {
      const shares = stepsOf(strategy).map(({ percent }) => percent);
      assert.deepEqual(
        shares,
        [...new Set(shares)].sort((a, b) => a - b),
        strategy,
      );
      assert.equal(shares.at(-1), 100, strategy);
    }
  });

  it("are those that CodeDeploy has for ECS", () => {
    assert.deepEqual(stepsOf("allAtOnce"), [{ percent: 100, pauseSeconds: 0 }]);
    assert.deepEqual(stepsOf("canary")[0], { percent: 10, pauseSeconds: 300 });
    const linear = stepsOf("linear");
    assert.equal(linear.length, 10);
    assert.deepEqual(linear.at(-2), { percent: 90, pauseSeconds: 60 });
  });
});

describe("the steps that are left", () => {
  it("are all of them for a version without traffic", () => {
    fc.assert(
      fc.property(rising, (steps) => {
        assert.deepEqual(remainingSteps(steps, 0), steps);
      }),
    );
  });

  it("begin with the one that a killed run stood on, and never take traffic away", () => {
    fc.assert(
      fc.property(rising, fc.integer({ min: 0, max: 100 }), (steps, percent) => {
        const left = remainingSteps(steps, percent);
        assert.ok(left.every((step) => step.percent >= percent));
        assert.equal(left.at(-1)?.percent, 100, "the last step is never left out");
        assert.deepEqual(left, steps.slice(steps.length - left.length), "none in between either");
        if (steps.some((step) => step.percent === percent)) assert.equal(left[0]?.percent, percent);
      }),
    );
  });

  it("are one, of all the traffic, where there were none", () => {
    assert.deepEqual(remainingSteps([], 37), [{ percent: 100, pauseSeconds: 0 }]);
  });
});
