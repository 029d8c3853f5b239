import assert from "node:assert/strict";
import { releaseSeconds } from "../../../release/watched-time";

describe("how long a release is watched", () => {
  const steps = (seconds: number) => [
    { percent: 10, pauseSeconds: seconds },
    { percent: 100, pauseSeconds: 0 },
  ];

  it("is the longest of those that shift together, one order after the other", () => {
    assert.equal(releaseSeconds([]), 0);
    assert.equal(
      releaseSeconds([
        { order: 0, steps: steps(10), bakeSeconds: 5 },
        { order: 0, steps: steps(60), bakeSeconds: 0 },
        { order: 3, steps: steps(7), bakeSeconds: 2 },
      ]),
      60 + 9,
    );
  });

  it("is the bake alone of a worker, which gets its work in no steps", () => {
    assert.equal(releaseSeconds([{ order: 0, bakeSeconds: 5 }]), 5);
  });
});
