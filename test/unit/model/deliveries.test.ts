import assert from "node:assert/strict";
import fc from "fast-check";
import { anyHistory } from "../../model/commands";
import type { Content } from "../../model/after";
import { World } from "../../model/world";

const both = (content: Content) => ({ web: content, api: content });

describe("deliveries in whatever order, killed, interrupted, edited, alarmed", () => {
  it("send traffic to nothing that was not ready, and are put right by one update", async () => {
    await fc.assert(anyHistory, { numRuns: 400 });
  }).timeout(300_000);

  it("take no service back alone after an update that failed late, and ask for the capacity that is in use", async () => {
    for (const third of [
      { web: "good-2", api: "fails" },
      { web: "good-1", api: "fails" },
      { web: "fails", api: "ails" },
    ] as const)
      for (const together of [true, false]) {
        const world = new World();
        try {
          world.settings = { ...world.settings, together };
          await world.deliver(both("good-1"));
          await world.deliver(both("good-2"), { othersFail: true });
          const late = world.weights;
          world.scale("api", "green", 5);
          // The world sees to it that a whole is live whenever a slot changes.
          assert.equal((await world.deliver(third)).result, "failed");
          assert.notEqual(world.weights, late);
          assert.equal(world.weights, world.recordedWeights);
          assert.equal(world.services.api.desired.blue, 5);
          assert.equal((await world.deliver(both("good-2"))).result, "done");
        } finally {
          world.close();
        }
      }
  });

  it("with a cold standby are put right by the next version, wherever the one before was killed", async () => {
    const ends = new Set<string>();
    for (let killAfter = 0; !ends.has("done"); killAfter++) {
      const world = new World();
      try {
        const steps = [{ percent: 100, pauseSeconds: 0 }];
        world.settings = { steps, bakeSeconds: 0, tasks: 2, standby: "cold", together: true };
        await world.deliver(both("good-1"));
        await world.deliver(both("good-2"));
        ends.add((await world.deliver(both("fails"), { killAfter })).result);
        world.isLocked = false;
        const { result } = await world.deliver(both("ails"));
        assert.equal(result, "done", `killed after ${killAfter} calls`);
      } finally {
        world.close();
      }
    }
    assert.deepEqual([...ends], ["killed", "done"]);
  });
});
