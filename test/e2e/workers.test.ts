import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Stacks } from "../../demo/stacks";
import { killDelivery } from "../soak/killed-delivery";
import { Aws } from "./aws";
import { edit, plannedChanges, pulumi, up } from "./story";
import { longestPause, workerTasks, type WorkerTask } from "./worker-log";
import { readySeconds, writeWorkerStack } from "./worker-stack";

/** The sample's worker makes a report a second. */
const longestPauseSeconds = 3;

const isWorking = ({ reports, stopped }: WorkerTask): boolean =>
  reports.length > 0 && stopped === undefined;
const hasStopped = ({ stopped }: WorkerTask): boolean => stopped !== undefined;
const lastStop = (tasks: readonly WorkerTask[]): number =>
  Math.max(...tasks.map(({ stopped = Infinity }) => stopped));
const otherTasks = (tasks: readonly WorkerTask[], before: readonly WorkerTask[]): WorkerTask[] =>
  tasks.filter(({ id }) => !before.some((each) => each.id === id));

/** The new ones had made a report before the old ones were done, and these have all ended in order. */
function assertTakenOver(old: readonly WorkerTask[], now: readonly WorkerTask[]): void {
  assert.ok(old.length > 0 && old.every(hasStopped), "all of the old have said that they stopped");
  assert.ok(now.length > 0);
  for (const { reports } of now) assert.ok((reports[0] ?? Infinity) < lastStop(old));
}

/** A stack with one HTTP service and one worker, through good versions and bad ones. */
describe("a worker", function () {
  this.timeout(300_000);
  this.bail(true);
  let stacks: Stacks;
  let aws: Aws;
  const tasks = async (slot: string): Promise<WorkerTask[]> =>
    (await workerTasks(stacks.account("stage"), "reporter")).filter((each) => each.slot === slot);
  /** Tasks that ECS is asked for: blue and green. */
  const asked = async (): Promise<[blue: number | undefined, green: number | undefined]> => {
    const all = await aws.desiredTasks();
    return [all.get("reporter-blue"), all.get("reporter-green")];
  };
  const running = async (slot: string): Promise<number> =>
    (await aws.tasks()).filter(
      ({ family, startedBy }) =>
        family.endsWith(`reporter-${slot}`) && !startedBy.startsWith("switchyard-"),
    ).length;
  const scaleByHand = async (slot: string, count: number): Promise<void> => {
    await aws.scale(`reporter-${slot}`, count);
    while ((await running(slot)) !== count) await sleep(200);
    // Each has worked, so that its lines are there to be looked at.
    while ((await tasks(slot)).filter(isWorking).length !== count) await sleep(200);
  };
  const live = async (): Promise<string | undefined> =>
    (await stacks.outputs("stage")).services["reporter"]?.live;

  /** An update that is refused and leaves the record as it is. @returns what it printed, and when it ran */
  const failingUp = async (): Promise<{ output: string; from: number; to: number }> => {
    const before = await stacks.outputs("stage");
    const from = Date.now();
    const { code, output } = await stacks.pulumi("stage", ["up", "--yes", "--skip-preview"]);
    const to = Date.now();
    assert.notEqual(code, 0, output);
    assert.doesNotMatch(output, /node_modules|dynamic-provider|effects\//, output);
    assert.deepEqual((await stacks.outputs("stage")).services, before.services, "the record stays");
    assert.deepEqual((await aws.weights()).get("web"), { blue: 100, green: 0 });
    return { output, from, to };
  };

  before(async () => {
    stacks = await Stacks.start({ name: "workers", stacks: ["stage"], timeScale: 0.1 });
    aws = new Aws(stacks.account("stage"));
    await pulumi(stacks, "stage", "stack", "init");
    writeWorkerStack(stacks, { overlap: true });
  });

  after(() => stacks.stop());

  it("works in blue after the first update, beside a service that is asked", async () => {
    await up(stacks, "stage");
    assert.equal(await live(), "blue");
    assert.deepEqual(await asked(), [1, undefined]);
    const [task, ...others] = await tasks("blue");
    assert.deepEqual(others, []);
    assert.ok(task && isWorking(task));
  });

  it("is succeeded by the next version before it stops, where the two may overlap", async () => {
    edit(stacks, "reporter/reporter.ts", '"reported", {', '"reported", { by: 2,');
    await up(stacks, "stage");
    assert.equal(await live(), "green");
    assert.deepEqual(await asked(), [0, 1]);
    assertTakenOver(await tasks("blue"), await tasks("green"));
    assert.deepEqual(await plannedChanges(stacks, "stage"), []);
  });

  it("goes back to the version before, which starts before the other stops", async () => {
    const { previousRelease } = await stacks.outputs("stage");
    assert.ok(previousRelease);
    writeWorkerStack(stacks, { overlap: true, release: previousRelease });
    await up(stacks, "stage");
    assert.equal(await live(), "blue");
    assert.deepEqual(await asked(), [1, 0]);
    assertTakenOver(await tasks("green"), (await tasks("blue")).slice(1));
    assert.deepEqual(await plannedChanges(stacks, "stage"), []);
  });

  it("is succeeded only when all of it has stopped, where the two may not overlap, by as many as it was scaled to", async () => {
    await scaleByHand("blue", 3);
    const leaving = (await tasks("blue")).filter(isWorking);
    const before = await tasks("green");
    writeWorkerStack(stacks, { overlap: false, environment: { VERSION: "3" } });
    await up(stacks, "stage");
    assert.equal(await live(), "green");
    assert.deepEqual(await asked(), [0, 3]);
    const left = (await tasks("blue")).filter(({ id }) => leaving.some((each) => each.id === id));
    const came = otherTasks(await tasks("green"), before);
    assert.deepEqual([left.length, came.length], [3, 3]);
    const [lastEnd, firstStart] = [lastStop(left), Math.min(...came.map((each) => each.started))];
    assert.ok(lastEnd < firstStart, `stopped at ${lastEnd}, started at ${firstStart}`);
    console.log(`      nobody worked for ${((firstStart - lastEnd) / 1000).toFixed(1)} s`);
  });

  it("shows a standby that was started by hand in the preview, and puts it to rest", async () => {
    assert.deepEqual(await plannedChanges(stacks, "stage"), []);
    await scaleByHand("blue", 1);
    assert.notDeepEqual(await plannedChanges(stacks, "stage"), []);
    await up(stacks, "stage");
    assert.deepEqual(await asked(), [0, 3]);
    assert.equal(await running("blue"), 0);
    assert.deepEqual(await plannedChanges(stacks, "stage"), []);
  });

  it("works on while a version that never gets healthy is refused, and the traffic of its release stays", async () => {
    const before = await tasks("green");
    writeWorkerStack(stacks, {
      overlap: true,
      environment: { VERSION: "4", FAULT: "no-heartbeat" },
      webEnvironment: { VERSION: "4" },
    });
    const { output, from, to } = await failingUp();
    assert.match(output, /reporter: .*did not get healthy/);
    assert.match(output, /there was no heartbeat|"msg":"reported"/, "its last log lines");
    assert.ok((to - from) / 1000 < readySeconds + 60, `it took ${(to - from) / 1000} s`);
    assert.deepEqual(await asked(), [0, 3]);
    const now = await tasks("green");
    assert.deepEqual(otherTasks(now, before), [], "none was started anew");
    for (const task of now.filter(isWorking))
      assert.ok(longestPause([task], from, to) < longestPauseSeconds);
  });

  it("is turned back with a service of its release that fails in its bake", async () => {
    const [oldBefore, newBefore] = [await tasks("green"), await tasks("blue")];
    writeWorkerStack(stacks, {
      overlap: true,
      environment: { VERSION: "5" },
      webEnvironment: { VERSION: "5" },
      webAcceptance: ["--no-such-test"],
    });
    const { output, from, to } = await failingUp();
    assert.match(output, /web: the acceptance test of green failed/);
    assert.match(output, /reporter: turned back with web/);
    assert.deepEqual(await asked(), [0, 3]);
    const refused = otherTasks(await tasks("blue"), newBefore);
    assert.ok(refused.length >= 3 && refused.every(hasStopped), "it had taken over");
    const old = await tasks("green");
    assert.equal(otherTasks(old, oldBefore).filter(isWorking).length, 3, "started again");
    assert.ok(longestPause([...old, ...refused], from, to) < longestPauseSeconds);
  });

  it("is finished by one update after a kill at which nobody worked", async () => {
    writeWorkerStack(stacks, { overlap: false, environment: { VERSION: "6" } });
    const killed = await killDelivery(stacks, async ({ steps }) => {
      if (!steps.some((line) => /TrafficShift \S+ updating/.test(line))) return false;
      return (await asked())[1] === 0;
    });
    assert.ok(killed.processes > 1, "it was over before its moment");
    if (killed.wasLocked) await pulumi(stacks, "stage", "cancel", "--yes");
    assert.notDeepEqual(await plannedChanges(stacks, "stage"), []);
    await up(stacks, "stage");
    assert.equal(await live(), "blue");
    // As the settings ask: how many there had been before nobody knows any more.
    assert.deepEqual(await asked(), [1, 0]);
    assert.deepEqual([await running("blue"), await running("green")], [1, 0]);
    assert.deepEqual(await plannedChanges(stacks, "stage"), []);
  });
});
