import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { otherSlot, type Slot } from "../../release/slots";
import { allTo, sameWeights, type Weights } from "../../release/weights";
import type { Content } from "./after";
import { World } from "./world";

/** The model holds nothing: what must be true is asserted by the world itself, at every step. */
type Nothing = Record<string, never>;
type Command = fc.AsyncCommand<Nothing, World>;

const command = (name: string, run: (world: World) => unknown): Command => ({
  check: () => true,
  run: async (_nothing, world) => {
    await run(world);
  },
  toString: () => name,
});

const content = fc.constantFrom<Content>("good-1", "good-2", "fails", "ails");
const slot = fc.constantFrom<Slot>("blue", "green");

const arbitraries: fc.Arbitrary<Command>[] = [
  content.map((each) => command(`deliver ${each}`, (world) => world.deliver(each))),
  fc
    .tuple(content, fc.integer({ min: 0, max: 30 }))
    .map(([each, killAfter]) =>
      command(`deliver ${each}, killed after ${killAfter} calls`, (world) =>
        world.deliver(each, { killAfter }),
      ),
    ),
  fc
    .tuple(content, fc.integer({ min: 0, max: 14 }))
    .map(([each, interruptAfter]) =>
      command(`deliver ${each}, interrupted after ${interruptAfter} s`, (world) =>
        world.deliver(each, { interruptAfter }),
      ),
    ),
  content.map((each) =>
    command(`deliver ${each} in an update that fails late`, (world) =>
      world.deliver(each, { othersFail: true }),
    ),
  ),
  fc.constant(
    command("roll back", async (world) => {
      const back = world.record?.[otherSlot(world.record.live)];
      if (back !== undefined) await world.deliver(back);
    }),
  ),
  fc
    .integer({ min: 0, max: 100 })
    .map((percent): Weights => ({ blue: percent, green: 100 - percent }))
    .map((weights) =>
      command(`edit the weights to ${JSON.stringify(weights)}`, (world) => {
        world.editWeights(weights);
      }),
    ),
  fc.boolean().map((fires) =>
    command(`the user's alarm ${fires ? "fires" : "falls silent"}`, (world) => {
      world.userAlarmFires = fires;
    }),
  ),
  fc.tuple(slot, fc.integer({ min: 2, max: 6 })).map(([each, tasks]) =>
    command(`scale ${each} to ${tasks}`, (world) => {
      world.scale(each, tasks);
    }),
  ),
  fc
    .record({
      steps: fc.constantFrom(
        [{ percent: 100, pauseSeconds: 0 }],
        [20, 60, 100].map((percent) => ({ percent, pauseSeconds: 5 })),
      ),
      bakeSeconds: fc.constantFrom(0, 7),
      tasks: fc.integer({ min: 1, max: 3 }),
      standby: fc.constantFrom("warm" as const, "cold" as const),
    })
    .map((settings) =>
      command(`settings ${JSON.stringify(settings)}`, async (world) => {
        world.settings = settings;
        const { weights, record } = world;
        if (!record || !sameWeights(weights, allTo(record.live))) return;
        await world.deliver(record[record.live] as Content);
        assert.deepEqual(world.weights, weights, "an update of settings alone moves no traffic");
      }),
    ),
  fc.constant(
    command("pulumi cancel", (world) => {
      world.isLocked = false;
    }),
  ),
];

/** Whatever has happened, one update with a good version puts everything right. */
async function converges(world: World): Promise<void> {
  world.isLocked = false;
  world.userAlarmFires = false;
  world.rest();
  const wanted: Content = world.record?.[world.record.live] === "good-1" ? "good-2" : "good-1";
  assert.equal((await world.deliver(wanted)).result, "done");
  assert.equal(world.record?.[world.record.live], wanted);
}

/** Deliveries with everything that may go wrong between and inside them, in any order. */
export const anyHistory = fc.asyncProperty(
  fc.commands(arbitraries, { maxCommands: 12 }),
  async (commands) => {
    const world = new World();
    try {
      await fc.asyncModelRun(() => ({ model: {}, real: world }), commands);
      await converges(world);
    } finally {
      world.close();
      // Nothing here waits for real: without this, thousands of histories are one turn, which keeps what each has left.
      await setImmediate();
    }
  },
);
