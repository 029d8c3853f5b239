import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Load } from "../../demo/load";
import type { RunResult } from "../../demo/run";
import { Stacks } from "../../demo/stacks";
import type { StackOutputs } from "../../release/outputs";
import { writeDelivery } from "../soak/sample";
import { watchReturn } from "./alarm-watch";
import { Aws } from "./aws";
import { type Faults, putFaults } from "./emulator/faults";
import { edit, plannedChanges, pulumi, started, up } from "./story";
import { turnBad, writeTurning } from "./turning";

/** A minute of CloudWatch's takes 6 seconds here, so that each pause is long enough for an alarm. */
const delivery = {
  steps: [{ percent: 10, pauseSeconds: 2 }, { percent: 30, pauseSeconds: 14 }, { percent: 100 }],
  bakeSeconds: 4,
  alarms: { failedPercent: 1, latencySeconds: 1 },
};
const SESSION = "ASIASESSIONTHATENDS0";
const old = { blue: 100, green: 0 };

/** What goes wrong around a version, or with it, in the middle of its delivery, under load. */
describe("a fault in the middle of a delivery", function () {
  this.timeout(300_000);
  this.bail(true);
  let stacks: Stacks;
  let aws: Aws;
  let good: StackOutputs;
  let load: Load | undefined;
  let version = 1;

  const fault = (faults: Faults): Promise<void> =>
    putFaults(`http://127.0.0.1:${stacks.account("stage").port}`, faults);

  /** The next version of `web`. @returns what takes the edit back */
  const nextVersion = (): (() => void) => {
    version++;
    return edit(stacks, "web/page.ts", /version \d+/, `version ${version}`);
  };

  /** Waits until the new version has this share, unless the update ends before. */
  const reached = async (share: number, update: Promise<RunResult>): Promise<void> => {
    const end = { isOver: false };
    void update.finally(() => {
      end.isOver = true;
    });
    while ((await aws.weights()).get("web")?.["green"] !== share) {
      if (end.isOver) assert.fail(`it ended before ${share} %:\n${(await update).output}`);
      await sleep(100);
    }
  };

  /** An update that has to fail, and to say why without a word of the program's inside. */
  const failing = async (update: Promise<RunResult>): Promise<string> => {
    const { code, output } = await update;
    assert.notEqual(code, 0, output);
    assert.doesNotMatch(output, /\n\s+at .*[:)]|node_modules|dynamic-provider|effects\//, output);
    assert.deepEqual((await stacks.outputs("stage")).services, good.services, "the record stays");
    return output;
  };

  const begin = (env: NodeJS.ProcessEnv = {}): Promise<RunResult> =>
    stacks.pulumi("stage", ["up", "--yes", "--skip-preview"], { env });

  /** A version that turns bad with 30 % of the traffic. @returns what the update printed */
  const turnedBack = async (
    spoil: Parameters<typeof writeTurning>[1],
    kind: string,
  ): Promise<string> => {
    const restore = writeTurning(stacks, spoil);
    const alarm = `switchyard-stage-web-green-${kind}`;
    const watching = watchReturn(stacks.account("stage"), "web", alarm);
    const update = begin();
    await reached(30, update);
    await turnBad(stacks, good.url, 2);
    const output = await failing(update);
    restore();
    const seconds = await watching.stop();
    assert.ok(output.includes(`the alarm ${alarm} fires: `), output);
    assert.deepEqual((await aws.weights()).get("web"), old);
    assert.ok(seconds !== undefined && seconds <= 10, `${String(seconds)} s`);
    console.log(`      the weights were back ${seconds.toFixed(1)} s after the alarm`);
    return output;
  };

  before(async () => {
    stacks = await Stacks.start({ name: "faults", stacks: ["stage"], timeScale: 0.1 });
    aws = new Aws(stacks.account("stage"));
    await pulumi(stacks, "stage", "stack", "init");
    writeDelivery(stacks, delivery);
    await up(stacks, "stage");
    good = await stacks.outputs("stage");
    const { port } = stacks.account("stage");
    load = new Load({ port, host: new URL(good.url).host, requestsPerSecond: 120 });
  });

  after(async () => {
    load?.abandon();
    await stacks.stop();
  });

  it("turns back a version that fails 2 % of its answers once it has 30 % of the traffic", async () => {
    await turnedBack("2 % fail", "failed");
    for (const kind of Object.keys(started(load).counts.failures))
      assert.match(kind, /: status 500$/, "what it answered itself");
  });

  it("turns back a version that gets five times as slow once it has 30 % of the traffic", async () => {
    const { failed } = started(load).counts;
    await turnedBack("five times as slow", "slow");
    assert.equal(started(load).counts.failed, failed, "late is not failed");
  });

  it("moves no traffic to a version that tasks cannot pull, for want of a way to the registry", async () => {
    const { failed } = started(load).counts;
    const restore = nextVersion();
    await fault({ registry: "unreachable" });
    const output = await failing(begin());
    await fault({});
    restore();
    assert.match(output, /web: the version in green did not get healthy/);
    assert.match(output, /CannotPullContainerError: .*dial tcp .*connection refused/);
    assert.deepEqual((await aws.weights()).get("web"), old);
    assert.equal(started(load).counts.failed, failed);
  });

  it("moves no traffic to a version that cannot be pushed, for want of a way to the registry", async () => {
    const { failed } = started(load).counts;
    const restore = nextVersion();
    const [host = ""] = good.release.registry.split("/");
    const output = await failing(begin({ SWITCHYARD_REGISTRY_ENDPOINTS: `${host}=127.0.0.1:2` }));
    restore();
    assert.match(output, /web: .*ECONNREFUSED 127\.0\.0\.1:2/);
    assert.deepEqual((await aws.weights()).get("web"), old);
    assert.equal(started(load).counts.failed, failed);
  });

  it("goes on serving when credentials expire with 30 % moved, and says so in one line", async () => {
    const { failed } = started(load).counts;
    nextVersion();
    const update = begin({ AWS_ACCESS_KEY_ID: SESSION, AWS_SESSION_TOKEN: "session" });
    await reached(30, update);
    await fault({ expired: [SESSION] });
    const began = performance.now();
    const output = await failing(update);
    const seconds = (performance.now() - began) / 1000;
    assert.match(output, /^.*web: .*The security token included in the request is expired.*$/m);
    assert.ok(seconds <= 10, `it took ${seconds} s to end`);
    assert.deepEqual((await aws.weights()).get("web"), { blue: 70, green: 30 });
    assert.equal(started(load).counts.failed, failed, "both versions are good, and serve");
    console.log(`      the update ended ${seconds.toFixed(1)} s after the credentials`);
  });

  it("finishes that delivery by the next update, with credentials that are good", async () => {
    const { failed } = started(load).counts;
    await up(stacks, "stage");
    assert.equal((await stacks.outputs("stage")).services["web"]?.live, "green");
    assert.deepEqual((await aws.weights()).get("web"), { blue: 0, green: 100 });
    assert.deepEqual(await plannedChanges(stacks, "stage"), []);
    assert.equal(started(load).counts.failed, failed);
  });

  it("has cost no request but those that a bad version answered itself", async () => {
    const { served, failures } = await started(load).stop();
    for (const kind of Object.keys(failures)) assert.match(kind, /: status 500$/);
    assert.ok(served > 5000, `${served} requests`);
    console.log(`      ${served} requests served, ${JSON.stringify(failures)}`);
  });
});
