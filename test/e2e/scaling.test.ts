import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Load } from "../../demo/load";
import { Stacks } from "../../demo/stacks";
import { Aws } from "./aws";
import { edit, plannedChanges, pulumi, started, up } from "./story";

const atOnce = { steps: [{ percent: 100 }], bakeSeconds: 0 };
/** A minute of CloudWatch's takes 6 seconds here. Of 60 requests a second, web gets 40 and api 20. */
const overrides = {
  web: {
    tasks: 2,
    scaling: { maxTasks: 4, requestsPerTarget: 60 },
    delivery: { ...atOnce, standby: "cold" },
  },
  api: {
    tasks: 2,
    scaling: { maxTasks: 4, requestsPerTarget: 40 },
    delivery: { ...atOnce, standby: "warm" },
  },
};
const scaleOutSeconds = 120;

/** One service with a cold standby and one with a warm one, under more load than their least tasks are for. */
describe("services that scale", function () {
  this.timeout(600_000);
  this.bail(true);
  let stacks: Stacks;
  let aws: Aws;
  let load: Load | undefined;
  let more: Load | undefined;
  let loadOf: (requestsPerSecond: number) => Load;
  let undo: () => void;

  /** Waits until ECS is asked for so many tasks in each of these slots. */
  const settled = async (wanted: Readonly<Record<string, number>>): Promise<void> => {
    const end = Date.now() + scaleOutSeconds * 1000;
    const pick = (all: Map<string, number>) =>
      Object.fromEntries(Object.keys(wanted).map((slot) => [slot, all.get(slot)]));
    let found = pick(await aws.desiredTasks());
    while (JSON.stringify(found) !== JSON.stringify(wanted) && Date.now() < end) {
      await sleep(500);
      found = pick(await aws.desiredTasks());
    }
    assert.deepEqual(found, wanted);
  };

  /** Tasks of web's slot that ran when the first traffic was given to it. */
  const tasksAtShift = (slot: string): { stop: () => Promise<number | undefined> } => {
    const ended = new AbortController();
    const watching = (async (): Promise<number | undefined> => {
      while (!ended.signal.aborted) {
        if ((await aws.weights()).get("web")?.[slot])
          return (await runningIn(`web-${slot}`)).length;
        await sleep(200);
      }
      return undefined;
    })();
    return {
      stop: () => {
        ended.abort();
        return watching;
      },
    };
  };

  /** Without the tests of a version, which are tasks of the same family. */
  const runningIn = async (slot: string): Promise<unknown[]> =>
    (await aws.tasks()).filter(
      ({ family, startedBy }) => family.endsWith(slot) && !startedBy.startsWith("switchyard-"),
    );

  before(async () => {
    stacks = await Stacks.start({ name: "scaling", stacks: ["stage"], timeScale: 0.1 });
    aws = new Aws(stacks.account("stage"));
    await pulumi(stacks, "stage", "stack", "init");
    const file = join(stacks.workspace.project, "Pulumi.stage.yaml");
    const text = readFileSync(file, "utf8").replace(
      /^ {2}switchyard:serviceOverrides:\n(?: {4}.*\n)+/m,
      `  switchyard:serviceOverrides: ${JSON.stringify(overrides)}\n`,
    );
    writeFileSync(file, text);
    await up(stacks, "stage");
    const { port } = stacks.account("stage");
    const { host } = new URL((await stacks.outputs("stage")).url);
    loadOf = (requestsPerSecond) => new Load({ port, host, requestsPerSecond });
    load = loadOf(60);
  });

  after(async () => {
    load?.abandon();
    more?.abandon();
    await stacks.stop();
  });

  it("get tasks by their requests", async () => {
    const begun = performance.now();
    await settled({ "web-blue": 4, "api-blue": 3 });
    const seconds = (performance.now() - begun) / 1000;
    console.log(`      scaled out ${seconds.toFixed(1)} s after the load began`);
  });

  it("bring a new version up with as many as the live one has, and then stop a cold standby", async () => {
    undo = edit(stacks, "web/page.ts", "version 1", "version 2");
    edit(stacks, "api/routes.ts", "ORDERS_KEPT = 1_000", "ORDERS_KEPT = 1_001");
    const watch = tasksAtShift("green");
    await up(stacks, "stage");
    assert.equal(await watch.stop(), 4);
    const { services } = await stacks.outputs("stage");
    assert.deepEqual([services["web"]?.live, services["api"]?.live], ["green", "green"]);
    assert.ok(services["web"]?.blue, "the record still says what the cold slot holds");
    assert.deepEqual(await runningIn("web-blue"), []);
    assert.deepEqual(
      [...(await aws.desiredTasks())],
      [
        ["api-blue", 3],
        ["api-green", 3],
        ["web-blue", 0],
        ["web-green", 4],
      ],
    );
  });

  it("keep a warm standby as large as what is live", async () => {
    more = loadOf(30);
    await settled({ "api-green": 4, "api-blue": 4, "web-blue": 0 });
  });

  it("keep their tasks in an update, which shows no change", async () => {
    assert.deepEqual(await plannedChanges(stacks, "stage"), []);
    await up(stacks, "stage");
    await settled({ "web-green": 4, "api-green": 4, "api-blue": 4, "web-blue": 0 });
  });

  it("bring a cold slot up before they go back to it", async () => {
    undo();
    const watch = tasksAtShift("blue");
    await up(stacks, "stage");
    assert.equal((await stacks.outputs("stage")).services["web"]?.live, "blue");
    assert.equal(await watch.stop(), 4);
    await settled({ "web-blue": 4, "web-green": 0, "api-green": 4 });
  });

  it("have failed no request in all of that", async () => {
    const counts = [await started(load).stop(), await started(more).stop()];
    assert.deepEqual(
      counts.map(({ failures }) => failures),
      [{}, {}],
    );
    const served = counts.reduce((sum, each) => sum + each.served, 0);
    assert.ok(served > 3000, `${served} requests`);
    console.log(`      ${served} requests served, none failed`);
  });
});
