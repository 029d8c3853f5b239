import assert from "node:assert/strict";
import { mock } from "node:test";
import { type ReleasePart, switchTogether } from "../../../effects/release-parts";
import { effect, type ShiftInputs, type ShiftOutputs } from "../../../effects/traffic-shift";
import { WayOfWork } from "../../../effects/way-of-work";
import type { WorkerInputs } from "../../../effects/worker";
import { switchesOf, type WorkersDone } from "../../../effects/worker-shift";
import type { FoundSlot } from "../../../effects/worker-slots";
import type { Slot } from "../../../release/slots";
import { ended } from "./fake-clock";
import { FakeCluster, jobs, taskDefinition } from "./fake-cluster";
import { ID } from "./fake-balancer";
import { StubAws } from "./stub-aws";

type Worker = Omit<WorkerInputs, "region">;
const place = { region: "us-east-1" };

/** A slot as it is found. */
const foundIn = (slot: Slot, desired: number): FoundSlot => ({
  serviceName: `jobs-${slot}`,
  taskDefinitionArn: taskDefinition(slot, 1),
  desired,
  isAwake: true,
});

/** Another service of the release, with traffic. */
const web = (changes: Partial<ReleasePart>): ReleasePart => ({
  name: "web",
  order: 0,
  prepare: () => Promise.resolve(),
  advance: () => Promise.resolve(undefined),
  look: () => Promise.resolve(),
  undo: () => Promise.resolve("the weights are back"),
  describe: (reason) => `web: ${reason}`,
  ...changes,
});
/** One that takes so long. */
const slow = (seconds: number): ReleasePart => {
  const end = Date.now() + seconds * 1000;
  const left = (): number => (end - Date.now()) / 1000;
  return web({ advance: () => Promise.resolve(left() > 0 ? left() : undefined) });
};

/** What the state holds: the slot that was switched to, and what has worked in each to the end of a bake. */
const after = (live: Slot, proven: Partial<Record<Slot, number>>): WorkersDone => ({
  jobs: {
    ...jobs(live, proven[live] ?? 1),
    proven: Object.fromEntries(
      Object.entries(proven).map(([slot, version]) => [
        slot,
        taskDefinition(slot as Slot, version),
      ]),
    ),
  },
});

describe("a worker in a release", () => {
  let cluster: FakeCluster;
  let aws: StubAws;
  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
    cluster = new FakeCluster();
    aws = new StubAws(cluster.answers);
    cluster.declare("blue", taskDefinition("blue", 1));
    cluster.declare("green", taskDefinition("green", 1));
    works("blue", 2);
  });
  afterEach(() => {
    aws.restore();
    mock.timers.reset();
  });

  function works(slot: Slot, count: number): void {
    Object.assign(cluster.slots[slot] ?? assert.fail(), { desired: count, running: count });
  }
  const tasks = (): [number, number] => [cluster.tasksIn("blue"), cluster.tasksIn("green")];
  const messageOf = (failing: Promise<unknown>): Promise<string> =>
    failing.then(
      () => assert.fail("it succeeded"),
      (error: unknown) => (error as Error).message,
    );
  /** The worker and other services, as one release. */
  const release = async (
    worker: Worker,
    others: readonly ReleasePart[],
    olds = after("blue", { blue: 1 }),
  ): Promise<void> =>
    ended(switchTogether([...others, ...(await switchesOf(place, olds, { jobs: worker }))]));

  it("has its time to become healthy from when it is started, however long others take before", async () => {
    await release(jobs("green", 1, { overlap: false, order: 1 }), [slow(30)]);
    assert.deepEqual(tasks(), [0, 2]);
  });

  it("is proven once, however long others take after it", async () => {
    await release(jobs("green", 1, { bakeSeconds: 0 }), [slow(300)]);
    assert.ok(aws.calls.length < 400, `${aws.calls.length} calls`);
  });

  for (const order of [0, 1])
    it(`lets no weight wait for its tasks when all is put back, of order ${order}`, async () => {
      let failedAt = 0;
      let backAt = 0;
      const fails = web({
        look: () => {
          if (cluster.tasksIn("blue") > 0) return Promise.resolve();
          failedAt ||= Date.now();
          return Promise.reject(new Error("5xx"));
        },
        undo: () => {
          backAt = Date.now();
          return Promise.resolve("the weights are back");
        },
      });
      const worker = jobs("green", 1, { order, bakeSeconds: 60 });
      const message = await messageOf(release(worker, [fails]));
      assert.match(
        message,
        /^web: 5xx\njobs: turned back with web, the version in blue works again$/,
      );
      assert.equal(backAt, failedAt);
      assert.deepEqual(tasks(), [2, 0]);
    });

  it("goes back with a release after the guard had taken back what an update that failed late had delivered", async () => {
    const olds = after("green", { blue: 1, green: 1 });
    const end = Date.now() + 5000;
    const fails = web({
      order: 1,
      advance: () => (Date.now() > end ? Promise.reject(new Error("5xx")) : Promise.resolve(1)),
    });
    await messageOf(release(jobs("green", 1, { from: "blue" }), [fails], olds));
    assert.deepEqual(tasks(), [2, 0]);
  });

  it("goes back to what the record calls live also where a killed run has stopped that", async () => {
    works("blue", 0);
    cluster.declare("green", taskDefinition("green", 2), "ailing");
    const worker = jobs("green", 2, { overlap: false, from: "blue" });
    await messageOf(release(worker, [], after("green", { blue: 1, green: 1 })));
    assert.deepEqual(tasks(), [2, 0]);
  });

  it("stops the version that is turned back although a task of the one that works is not healthy", async () => {
    const fails = web({
      prepare: async () => {
        await new Promise((resolve) => setTimeout(resolve, 5000));
        Object.assign(cluster.slots.blue ?? assert.fail(), { version: "ailing" });
        throw new Error("no capacity");
      },
    });
    const message = await messageOf(release(jobs("green", 1), [fails]));
    assert.match(message, /jobs: turned back with web, and this could not be put back \(jobs: the/);
    assert.deepEqual(tasks(), [2, 0]);
  });

  for (const overlap of [true, false])
    it(`that the guard has done nothing to yet works on in both slots when another fails, overlap ${overlap}`, async () => {
      works("green", 1);
      const { families, logStreamPrefixes } = jobs("green", 1);
      const worker = {
        service: "jobs",
        order: 0,
        clusterArn: "arn:cluster",
        families,
        logGroup: "jobs-logs",
        logStreamPrefixes,
        tasks: 2,
        overlap,
        readyTimeoutSeconds: 20,
      };
      const found = { blue: foundIn("blue", 2), green: foundIn("green", 1) };
      const way = new WayOfWork(place, worker, "blue", found);
      const fails = web({ prepare: () => Promise.reject(new Error("no capacity")) });
      await messageOf(ended(switchTogether([fails, way])));
      assert.equal(cluster.tasksIn("blue"), 2);
    });

  describe("that policies scale", () => {
    const stack = (worker: Worker): ShiftInputs => ({
      ...place,
      services: {},
      workers: { jobs: worker },
    });
    let suspended: boolean;
    let state: ShiftOutputs;
    beforeEach(async () => {
      state = (await ended(effect.create(stack(jobs("blue", 1))))).outs as ShiftOutputs;
      suspended = true;
      aws.on("DescribeScalableTargets", ({ ResourceIds }) => ({
        ScalableTargets: (ResourceIds as string[])
          .filter((id) => id.endsWith("blue"))
          .map((ResourceId) => ({
            ResourceId,
            SuspendedState: {
              DynamicScalingInSuspended: suspended,
              DynamicScalingOutSuspended: suspended,
            },
          })),
      }));
      aws.on("RegisterScalableTarget", ({ SuspendedState }) => {
        suspended =
          (SuspendedState as Record<string, boolean>)["DynamicScalingOutSuspended"] ?? true;
        return {};
      });
    });
    const changes = async (worker: Worker): Promise<boolean | undefined> =>
      (await effect.diff(ID, state, stack(worker))).changes;

    it("gets them back where a killed run has silenced them", async () => {
      const worker = jobs("blue", 1, { scales: true });
      assert.equal(await changes(worker), true);
      await ended(effect.update(ID, state, stack(worker)));
      assert.equal(suspended, false);
      assert.equal(await changes(worker), false);
    });

    it("gets them back when it is turned back, also those that the settings have no more", async () => {
      suspended = false;
      cluster.onChange = () => {
        if (cluster.tasksIn("blue") === 0) cluster.firing.add("backlog");
      };
      const worker = jobs("green", 1, { watch: ["backlog"] });
      await messageOf(ended(effect.update(ID, state, stack(worker))));
      assert.deepEqual(tasks(), [2, 0]);
      assert.equal(suspended, false);
    });
  });

  it("is not done while the service of its slot has no tasks, whatever another of that family has", async () => {
    const { outs } = (await ended(
      effect.create({ ...place, services: {}, workers: { jobs: jobs("blue", 1) } }),
    )) as { outs: ShiftOutputs };
    const service = (serviceName: string, count: number): object => ({
      status: "ACTIVE",
      serviceName,
      taskDefinition: taskDefinition("blue", 1),
      desiredCount: count,
      runningCount: count,
    });
    aws.on("DescribeServices", () => ({
      services: [service("jobs-blue-2", 0), service("jobs-blue", 2)],
    }));
    const worker = jobs("blue", 1, { serviceName: "jobs-blue-2" });
    const news = { ...place, services: {}, workers: { jobs: worker } };
    assert.equal((await effect.diff(ID, outs, news)).changes, true);
  });

  it("is kept by a refresh that finds no rule of any service", async () => {
    const { outs } = (await ended(
      effect.create({ ...place, services: {}, workers: { jobs: jobs("blue", 1) } }),
    )) as { outs: ShiftOutputs };
    assert.deepEqual(await effect.read(ID, outs), { id: ID, props: outs });
  });
});
