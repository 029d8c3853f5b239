import assert from "node:assert/strict";
import fc from "fast-check";
import { anyHistory } from "../../model/commands";
import { World } from "../../model/world";

describe("deliveries in whatever order, killed, interrupted, edited, alarmed", () => {
  it("send traffic to nothing that was not ready, and are put right by one update", async () => {
    await fc.assert(anyHistory, { numRuns: 400 });
  }).timeout(60_000);

  it("with a cold standby are put right by the next version, wherever the one before was killed", async () => {
    const ends = new Set<string>();
    for (let killAfter = 0; !ends.has("done"); killAfter++) {
      const world = new World();
      try {
        const steps = [{ percent: 100, pauseSeconds: 0 }];
        world.settings = { steps, bakeSeconds: 0, tasks: 2, standby: "cold" };
        await world.deliver("good-1");
        await world.deliver("good-2");
        ends.add((await world.deliver("fails", { killAfter })).result);
        world.isLocked = false;
        const { result } = await world.deliver("ails");
        assert.equal(result, "done", `killed after ${killAfter} calls`);
      } finally {
        world.close();
      }
    }
    assert.deepEqual([...ends], ["killed", "done"]);
  });
});
