import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { otherSlot, type Slot } from "../../release/slots";
import type { Content } from "./after";
import type { Release } from "./declared";
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
const release = fc.record({ web: content, api: content });
const service = fc.constantFrom("web" as const, "api" as const);
const written = ({ web, api }: Release): string => `web ${web}, api ${api}`;
const slot = fc.constantFrom<Slot>("blue", "green");

const arbitraries: fc.Arbitrary<Command>[] = [
  release.map((each) => command(`deliver ${written(each)}`, (world) => world.deliver(each))),
  fc
    .tuple(release, fc.integer({ min: 0, max: 60 }))
    .map(([each, killAfter]) =>
      command(`deliver ${written(each)}, killed after ${killAfter} calls`, (world) =>
        world.deliver(each, { killAfter }),
      ),
    ),
  fc
    .tuple(release, fc.integer({ min: 0, max: 20 }))
    .map(([each, interruptAfter]) =>
      command(`deliver ${written(each)}, interrupted after ${interruptAfter} s`, (world) =>
        world.deliver(each, { interruptAfter }),
      ),
    ),
  release.map((each) =>
    command(`deliver ${written(each)} in an update that fails late`, (world) =>
      world.deliver(each, { othersFail: true }),
    ),
  ),
  fc.constant(
    command("roll back", async (world) => {
      const [web, api] = [world.services.web, world.services.api].map(
        ({ record }) => record?.[otherSlot(record.live)],
      );
      if (web !== undefined && api !== undefined) await world.deliver({ web, api });
    }),
  ),
  fc
    .tuple(service, fc.integer({ min: 0, max: 100 }))
    .map(([name, percent]) => [name, { blue: percent, green: 100 - percent }] as const)
    .map(([name, weights]) =>
      command(`edit the weights of ${name} to ${JSON.stringify(weights)}`, (world) => {
        world.editWeights(name, weights);
      }),
    ),
  fc.boolean().map((fires) =>
    command(`the user's alarm ${fires ? "fires" : "falls silent"}`, (world) => {
      world.userAlarmFires = fires;
    }),
  ),
  fc.tuple(service, slot, fc.integer({ min: 2, max: 6 })).map(([name, each, tasks]) =>
    command(`scale ${name}-${each} to ${tasks}`, (world) => {
      world.scale(name, each, tasks);
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
      together: fc.boolean(),
    })
    .map((settings) =>
      command(`settings ${JSON.stringify(settings)}`, async (world) => {
        world.settings = settings;
        const { weights, recorded } = world;
        if (!recorded || weights !== world.recordedWeights) return;
        await world.deliver(recorded);
        assert.equal(world.weights, weights, "an update of settings alone moves no traffic");
      }),
    ),
  fc.constant(
    command("pulumi cancel", (world) => {
      world.isLocked = false;
    }),
  ),
];

/**
 * Whatever has happened, one update with a good version puts everything right. Where it would have to give traffic back
 * to a recorded version that ails it refuses, until somebody has looked at its tasks.
 */
async function converges(world: World): Promise<void> {
  world.isLocked = false;
  world.userAlarmFires = false;
  world.rest();
  const better = (now: Content | undefined): Content => (now === "good-1" ? "good-2" : "good-1");
  const { recorded } = world;
  const wanted = { web: better(recorded?.web), api: better(recorded?.api) };
  const { result } = await world.deliver(wanted);
  if (result === "failed") {
    assert.ok(Object.values(recorded ?? {}).includes("ails"), "it could go back");
    world.mendTasks();
    assert.equal((await world.deliver(wanted)).result, "done");
  }
  assert.deepEqual(world.recorded, wanted);
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
