import assert from "node:assert/strict";
import { mock } from "node:test";
import {
  effect,
  type GuardedWorker,
  type GuardInputs,
  type GuardOutputs,
} from "../../../effects/standby-guard";
import type { Slot } from "../../../release/slots";
import { FakeCluster, jobs, taskDefinition } from "./fake-cluster";
import { ended } from "./fake-clock";
import { StubAws } from "./stub-aws";

const { families, logStreamPrefixes } = jobs("green", 1);
const WORKER: GuardedWorker = {
  service: "jobs",
  order: 0,
  live: "green",
  from: "blue",
  contents: { blue: "r1" },
  clusterArn: "arn:cluster",
  families,
  logGroup: "jobs-logs",
  logStreamPrefixes,
  tasks: 2,
  overlap: true,
  readyTimeoutSeconds: 20,
};

/** What green is to hold. */
const guarded = (green: string, changes: Partial<GuardedWorker> = {}): GuardInputs => ({
  region: "us-east-1",
  services: {},
  workers: { jobs: { ...WORKER, contents: { blue: "r1", green }, ...changes } },
});
const held = (green: string): GuardOutputs => ({
  ...guarded(green),
  mayHold: { jobs: { blue: ["r1"], green: [green] } },
});

describe("the guard of a worker's slots", () => {
  let cluster: FakeCluster;
  let aws: StubAws;
  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
    cluster = new FakeCluster();
    aws = new StubAws(cluster.answers);
    cluster.declare("blue", taskDefinition("blue", 1));
    cluster.declare("green", taskDefinition("green", 1));
  });
  afterEach(() => {
    aws.restore();
    mock.timers.reset();
  });

  const works = (slot: Slot, count: number): void => {
    Object.assign(cluster.slots[slot] ?? assert.fail(), { desired: count, running: count });
  };
  const tasks = (): [number, number] => [cluster.tasksIn("blue"), cluster.tasksIn("green")];
  const update = (news: GuardInputs, olds = held("r2")): Promise<unknown> =>
    ended(effect.update("standby", olds, news));

  for (const overlap of [true, false])
    it(`brings back what the record calls live before a version that a failed run left working changes, ${overlap ? "beside it" : "after it has ended"}`, async () => {
      works("green", 3);
      let both = false;
      cluster.onChange = () => {
        both ||= tasks().every((count) => count > 0);
      };
      await update(guarded("r3", { overlap }));
      assert.deepEqual(tasks(), [3, 0]);
      assert.equal(both, overlap);
    });

  it("leaves both slots alone where nothing works in the one that is to change", async () => {
    works("blue", 2);
    await update(guarded("r3"));
    assert.ok(!aws.commands.includes("UpdateService"));
  });

  it("leaves both slots alone where no content changes", async () => {
    works("green", 2);
    await update(guarded("r2"));
    assert.deepEqual(aws.commands, []);
  });

  it("changes nothing, and lets the other work on, where the one before does not get healthy", async () => {
    works("green", 2);
    cluster.declare("blue", taskDefinition("blue", 1), "ailing");
    await assert.rejects(
      update(guarded("r3")),
      /^Error: jobs: blue is to work again before anything new is started, and could not; the version in green works again: jobs: the version in blue did not get healthy/,
    );
    assert.deepEqual(tasks(), [0, 2]);
  });

  it("says what to do where the slot that is to work again is gone", async () => {
    works("green", 2);
    delete cluster.slots.blue;
    await assert.rejects(
      update(guarded("r3")),
      /^Error: jobs: blue is to work again, and no ECS service is there; look at what was deleted/,
    );
  });
});
