import assert from "node:assert/strict";
import { mock } from "node:test";
import { effect, type ShiftInputs, type ShiftOutputs } from "../../../effects/traffic-shift";
import type { WorkerInputs } from "../../../effects/worker";
import { type Slot, SLOTS } from "../../../release/slots";
import { ended } from "./fake-clock";
import { FakeCluster, jobs, taskDefinition } from "./fake-cluster";
import { ID } from "./fake-balancer";
import { StubAws } from "./stub-aws";

type Worker = Omit<WorkerInputs, "region">;
const stack = (worker: Worker): ShiftInputs => ({
  region: "us-east-1",
  services: {},
  workers: { jobs: worker },
});

/** How many calls a run may make before it is killed. */
class Killed extends Error {}

describe("the traffic shift of a worker", () => {
  let cluster: FakeCluster;
  let aws: StubAws;
  let callsLeft: number;
  /** What the state holds. */
  let state: ShiftOutputs | undefined;
  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
    cluster = new FakeCluster();
    callsLeft = Infinity;
    state = undefined;
    const answers = Object.entries(cluster.answers).map(([name, answer]) => [
      name,
      (input: Record<string, unknown>) => {
        if (callsLeft-- <= 0) throw new Killed("killed");
        return answer(input);
      },
    ]);
    aws = new StubAws(Object.fromEntries(answers) as typeof cluster.answers);
  });
  afterEach(() => {
    aws.restore();
    mock.timers.reset();
  });

  const run = async (worker: Worker): Promise<void> => {
    const inputs = stack(worker);
    const made = state ? ended(effect.update(ID, state, inputs)) : ended(effect.create(inputs));
    state = (await made).outs as ShiftOutputs;
  };
  const changes = async (worker: Worker): Promise<boolean | undefined> =>
    (await effect.diff(ID, state, stack(worker))).changes;
  /** A first version in blue that works. */
  const first = async (settings: Partial<Worker> = {}): Promise<void> => {
    cluster.declare("blue", taskDefinition("blue", 1));
    await run(jobs("blue", 1, settings));
  };
  const tasks = (): [number, number] => [cluster.tasksIn("blue"), cluster.tasksIn("green")];

  it("starts a first version, waits until it is healthy, and sees no change after it", async () => {
    await first();
    assert.deepEqual(tasks(), [2, 0]);
    assert.equal(await changes(jobs("blue", 1)), false);
  });

  for (const overlap of [true, false]) {
    const settings = { overlap };
    const name = overlap ? "beside the old one" : "after the old one has ended";

    it(`starts a new version ${name}`, async () => {
      await first(settings);
      cluster.declare("green", taskDefinition("green", 1));
      const both: boolean[] = [];
      const none: boolean[] = [];
      cluster.onChange = () => {
        both.push(tasks().every((count) => count > 0));
        none.push(SLOTS.every((slot) => (cluster.slots[slot]?.running ?? 0) === 0));
      };
      await run(jobs("green", 1, settings));
      assert.deepEqual(tasks(), [0, 2]);
      assert.equal(both.includes(true), overlap);
      assert.equal(none.includes(true), !overlap);
      assert.equal(await changes(jobs("green", 1, settings)), false);
    });

    it(`goes back where the one that starts ${name} does not get healthy`, async () => {
      await first(settings);
      cluster.declare("green", taskDefinition("green", 1), "ailing");
      await assert.rejects(run(jobs("green", 1, settings)), (error: Error) => {
        assert.match(
          error.message,
          /^jobs: the version in green could not take over, the version in blue works again: jobs: the version in green did not get healthy: still waiting after 20 s for 2 healthy tasks, 0 so far\n(?:.*\n)*task 0 RUNNING UNHEALTHY/,
        );
        return true;
      });
      assert.deepEqual(tasks(), [2, 0]);
    });

    it(`is put right by one run wherever one was killed that starts it ${name}`, async () => {
      for (let calls = 0; ; calls++) {
        delete cluster.slots.blue;
        delete cluster.slots.green;
        state = undefined;
        callsLeft = Infinity;
        await first(settings);
        cluster.declare("green", taskDefinition("green", 1));
        const before = state;
        callsLeft = calls;
        // What runs after a kill: nothing, not even what would put things back.
        const isOver = await run(jobs("green", 1, settings)).then(
          () => true,
          () => false,
        );
        callsLeft = Infinity;
        if (isOver) {
          assert.ok(calls > 10, `killed at ${calls} points`);
          return;
        }
        state = before;
        if (!overlap)
          cluster.onChange = () => {
            assert.ok(tasks().includes(0), `both work after a kill at call ${calls}`);
          };
        assert.equal(await changes(jobs("green", 1, settings)), true, `after ${calls} calls`);
        await run(jobs("green", 1, settings));
        cluster.onChange = () => undefined;
        assert.deepEqual(tasks(), [0, 2], `after ${calls} calls`);
      }
    });
  }

  it("gives up a version whose tasks end as soon as they start, before its time is over", async () => {
    await first();
    cluster.declare("green", taskDefinition("green", 1), "crashing");
    const began = Date.now();
    await assert.rejects(
      run(jobs("green", 1)),
      /the version in blue works again: jobs: the version in green did not get healthy: the circuit breaker was triggered$/,
    );
    assert.ok(Date.now() - began < 20_000);
    assert.deepEqual(tasks(), [2, 0]);
  });

  it("turns back a version whose alarm fires in its bake", async () => {
    await first();
    cluster.declare("green", taskDefinition("green", 1));
    cluster.onChange = () => {
      if (cluster.tasksIn("blue") === 0) cluster.firing.add("backlog");
    };
    await assert.rejects(
      run(jobs("green", 1, { watch: ["backlog"] })),
      /^Error: jobs: the version in green could not take over, the version in blue works again: the alarm backlog fires: it is bad$/,
    );
    assert.deepEqual(tasks(), [2, 0]);
  });

  it("starts nothing while an alarm fires already", async () => {
    await first();
    cluster.declare("green", taskDefinition("green", 1));
    cluster.firing.add("backlog");
    let most = 0;
    cluster.onChange = () => {
      most = Math.max(most, cluster.tasksIn("green"));
    };
    await assert.rejects(
      run(jobs("green", 1, { watch: ["backlog"] })),
      /^Error: jobs: the version in green was not started: the alarm backlog fires/,
    );
    assert.equal(most, 0);
  });

  it("stops a first version again that does not get healthy", async () => {
    cluster.declare("blue", taskDefinition("blue", 1), "ailing");
    await assert.rejects(
      run(jobs("blue", 1, { isNew: true })),
      /in blue could not take over, it has been stopped again/,
    );
    assert.deepEqual(tasks(), [0, 0]);
  });

  it("goes back to a version that was live before at once, whatever alarms say", async () => {
    await first();
    cluster.declare("green", taskDefinition("green", 1));
    await run(jobs("green", 1));
    cluster.firing.add("backlog");
    await run(jobs("blue", 1, { watch: ["backlog"], bakeSeconds: 3600 }));
    assert.deepEqual(tasks(), [2, 0]);
  });

  it("turns back, too, what was delivered before the record knew, and the guard had taken back", async () => {
    await first();
    cluster.declare("green", taskDefinition("green", 1));
    await run(jobs("green", 1));
    for (const [slot, count] of [
      ["blue", 2],
      ["green", 0],
    ] as const)
      Object.assign(cluster.slots[slot] ?? assert.fail(), { desired: count, running: count });
    cluster.declare("green", taskDefinition("green", 1), "ailing");
    await assert.rejects(
      run(jobs("green", 1, { from: "blue" })),
      /the version in blue works again/,
    );
    assert.deepEqual(tasks(), [2, 0]);
  });

  it("gives a new version as many tasks as the old one was scaled to", async () => {
    await first();
    (cluster.slots.blue ?? assert.fail()).desired = 5;
    assert.equal(await changes(jobs("blue", 1)), false, "what was scaled up is left alone");
    cluster.declare("green", taskDefinition("green", 1));
    await run(jobs("green", 1));
    assert.deepEqual(tasks(), [0, 5]);
  });

  it("shows and heals what a hand has done: fewer tasks, none, or some in the slot that rests", async () => {
    await first();
    cluster.declare("green", taskDefinition("green", 1));
    await run(jobs("green", 1));
    const set = (slot: Slot, desired: number): void => {
      (cluster.slots[slot] ?? assert.fail()).desired = desired;
    };
    for (const [slot, desired] of [
      ["green", 1],
      ["green", 0],
      ["blue", 3],
    ] as const) {
      set(slot, desired);
      assert.equal(await changes(jobs("green", 1)), true, `${slot} ${desired}`);
      await run(jobs("green", 1));
      assert.deepEqual(tasks(), [0, 2], `${slot} ${desired}`);
    }
  });

  it("follows the settings where they ask for other tasks", async () => {
    await first();
    assert.equal(await changes(jobs("blue", 1, { tasks: 4 })), true);
    await run(jobs("blue", 1, { tasks: 4 }));
    assert.deepEqual(tasks(), [4, 0]);
    await run(jobs("blue", 1, { tasks: 1 }));
    assert.deepEqual(tasks(), [1, 0]);
  });

  it("does not call a version a success whose tasks run another image", async () => {
    await first();
    cluster.declare("green", taskDefinition("green", 1));
    await assert.rejects(
      run(jobs("green", 1, { image: "repository@other" })),
      /the version in blue works again: task 0 runs .*, it was to run repository@other$/,
    );
    assert.deepEqual(tasks(), [2, 0]);
  });

  it("is part of the state, and no longer once nobody asks for it", async () => {
    await first();
    assert.deepEqual(await effect.read(ID, state), { id: ID, props: state });
    assert.equal(
      (await effect.diff(ID, state, { ...stack(jobs("blue", 1)), workers: {} })).changes,
      true,
    );
  });
});
