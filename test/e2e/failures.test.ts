import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Load } from "../../demo/load";
import { Stacks } from "../../demo/stacks";
import type { StackOutputs } from "../../release/outputs";
import { releaseId } from "../../release/release";
import { Aws } from "./aws";
import { edit, pin, plannedChanges, pulumi, started, up } from "./story";

const readyTimeoutSeconds = 60;
const OVERRIDE_TIMEOUT = "switchyard:serviceOverrides.web.delivery.smoke.timeoutSeconds";

/** Bad versions against a live good one, under load: what stands when they have failed. */
describe("a version that must not get through", function () {
  this.timeout(600_000);
  this.bail(true);
  let stacks: Stacks;
  let good: StackOutputs;
  let load: Load | undefined;
  let aws: Aws;
  /** An update that fails within the time that the settings allow. @returns what it printed */
  const failingUp = async (): Promise<string> => {
    const { code, output, seconds } = await stacks.pulumi("stage", [
      "up",
      "--yes",
      "--skip-preview",
    ]);
    assert.notEqual(code, 0, output);
    assert.ok(seconds < readyTimeoutSeconds + 45, `it took ${seconds} s`);
    assert.doesNotMatch(output, /node_modules|dynamic-provider|effects\//, output);
    assert.deepEqual((await stacks.outputs("stage")).services, good.services, "the record stays");
    return output;
  };

  const stopFirstOneOffTask = async (): Promise<void> => {
    while ((await aws.stopOneOffTasks()) === 0) await sleep(200);
  };

  before(async () => {
    stacks = await Stacks.start({ name: "failures", stacks: ["stage"] });
    aws = new Aws(stacks.account("stage"));
    await pulumi(stacks, "stage", "stack", "init");
    for (const service of ["web", "api"]) {
      const path = `switchyard:serviceOverrides.${service}.readyTimeoutSeconds`;
      await pulumi(stacks, "stage", "config", "set", "--path", path, String(readyTimeoutSeconds));
    }
    await up(stacks, "stage");
    good = await stacks.outputs("stage");
    const { port } = stacks.account("stage");
    load = new Load({ port, host: new URL(good.url).host, requestsPerSecond: 40 });
  });

  after(async () => {
    load?.abandon();
    await stacks.stop();
  });

  it("is refused when it crashes on start, with its last log lines", async () => {
    const restore = edit(
      stacks,
      "web/main.ts",
      /$/,
      '\nthrow new Error("the crash that the log must show");\n',
    );
    const output = await failingUp();
    restore();
    assert.match(output, /web: the version in green did not get healthy/);
    assert.match(output, /exit code 1/);
    assert.match(output, /the crash that the log must show/);
  });

  it("is refused when it never gets ready, with the reason of the load balancer", async () => {
    const restore = edit(stacks, "shared/http-service.ts", /\/readyz"/, '/readyz-renamed"');
    const output = await failingUp();
    restore();
    assert.match(output, /web: the version in green did not get healthy/);
    // The code of the answers is said only while a target is unhealthy that ECS has not stopped yet.
    assert.match(output, /task \S+ stopped: Task failed ELB health checks in \(target-group \S+\)/);
  });

  it("is refused when its image does not exist", async () => {
    const images = { ...good.release.images, web: `sha256:${"0".repeat(64)}` };
    const release = { images, commit: good.release.commit };
    await pin(stacks, "stage", {
      id: releaseId(release),
      ...release,
      registry: good.release.registry,
    });
    const output = await failingUp();
    await pulumi(stacks, "stage", "config", "rm", "switchyard:release");
    assert.match(output, /has no image sha256:0000/);
  });

  it("is refused when its smoke test fails, with what it answered", async () => {
    const restore = edit(
      stacks,
      "shared/http-service.ts",
      "json(200, identity)",
      'json(200, { ...identity, release: "another" })',
    );
    const output = await failingUp();
    restore();
    assert.match(output, /web: the smoke test of green failed: task \S+ stopped: .*exit code 1/);
    assert.match(output, /\/version: expected release [0-9a-f]{64} of sha256:\S+, found /);
  });

  it("is refused when its smoke test hangs, or is stopped by somebody", async () => {
    await pulumi(stacks, "stage", "config", "set", "--path", OVERRIDE_TIMEOUT, "6");
    const restore = edit(
      stacks,
      "web/main.ts",
      "runService((",
      'if (process.argv[2] === "--expect") setTimeout(() => undefined, 3_600_000);\nelse runService((',
    );
    assert.match(await failingUp(), /web: the smoke test of green did not end within 6 s/);
    await pulumi(stacks, "stage", "config", "rm", "--path", OVERRIDE_TIMEOUT);
    const [output] = await Promise.all([failingUp(), stopFirstOneOffTask()]);
    restore();
    assert.match(output, /web: the smoke test of green failed: task \S+ stopped: by hand/);
    assert.equal(await aws.stopOneOffTasks(), 0, "none is left");
  });

  it("is turned back when its acceptance test fails, with the other service of its release", async () => {
    // The load balancer adds this field; a task that is asked by itself does not see it.
    const restore = edit(
      stacks,
      "shared/http-service.ts",
      "handler: () => json(200, identity)",
      'handler: ({ request }) => json(200, { ...identity, ...(identity.service === "web" && request.headers["x-forwarded-for"] === undefined && { release: "another" }) })',
    );
    const output = await failingUp();
    restore();
    assert.match(
      output,
      /web: the traffic could not be moved to green, the weights are back at blue 100 %, green 0 %: web: the acceptance test of green failed/,
    );
    assert.match(
      output,
      /api: turned back with web, the weights are back at blue 100 %, green 0 %/,
    );
    const weights = await aws.weights();
    for (const service of ["web", "api"])
      assert.deepEqual(weights.get(service), { blue: 100, green: 0 });
  });

  it("leaves the way free for the next good version, which gets as many tasks as the live one was scaled to", async () => {
    const tasksIn = async (slot: string): Promise<number> =>
      (await aws.tasks()).filter(({ family }) => family.endsWith(`-${slot}`)).length;
    await aws.scale("web-blue", 4);
    while ((await tasksIn("web-blue")) < 4) await sleep(200);
    edit(stacks, "web/page.ts", "version 1", "version 2");
    await up(stacks, "stage");
    assert.deepEqual([await tasksIn("web-blue"), await tasksIn("web-green")], [4, 4]);
    const outputs = await stacks.outputs("stage");
    assert.equal(outputs.services["web"]?.live, "green");
    assert.deepEqual(await plannedChanges(stacks, "stage"), []);
  });

  it("has not cost a single request", async () => {
    const { served, failed, failures, byRelease } = await started(load).stop();
    assert.deepEqual(failures, {});
    assert.equal(failed, 0);
    assert.ok(served > 1000, `${served} requests`);
    // The one whose acceptance test failed had the traffic for a moment, and answered well.
    assert.equal(Object.keys(byRelease).length, 3, "none of those that were refused answered");
    console.log(`      ${served} requests served, ${failed} failed`);
  });
});
