import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Load } from "../../demo/load";
import { Stacks } from "../../demo/stacks";
import type { StackOutputs } from "../../release/outputs";
import { Aws } from "./aws";
import { canaries, filesBelow } from "./secrets";
import { pin, plannedChanges, pulumi, refreshUnchanged, started, up } from "./story";

const docker = promisify(execFile);
const leastRequests = 20_000;
const requestsPerSecond = 220;

/** The road with plain `pulumi`, no command line of ours: what the README's second half says. */
describe("the road with plain pulumi, end to end", function () {
  this.timeout(900_000);
  this.bail(true);
  let stacks: Stacks;
  let stage: Aws;
  let production: Aws;
  let first: StackOutputs;
  let load: Load | undefined;
  const printed: string[] = [];
  const keep = (output: string): string => {
    printed.push(output);
    return output;
  };

  before(async () => {
    stacks = await Stacks.start({ name: "road" });
    stage = new Aws(stacks.account("stage"));
    production = new Aws(stacks.account("production"));
    await pulumi(stacks, "stage", "stack", "init");
    await pulumi(stacks, "production", "stack", "init");
  });

  after(async () => {
    load?.abandon();
    await stacks.stop();
  });

  it("previews a stage that is not there yet, and brings it up", async () => {
    keep(await pulumi(stacks, "stage", "preview"));
    keep(await up(stacks, "stage"));
    first = await stacks.outputs("stage");
    assert.deepEqual(Object.keys(first.release.images), ["api", "web"]);
    assert.equal((await stage.tasks()).length, 4, "two tasks a service, none in the standby");
  });

  it("shows no change in a preview or a refresh after the update", async () => {
    assert.deepEqual(await plannedChanges(stacks, "stage"), []);
    keep(await refreshUnchanged(stacks, "stage"));
    assert.deepEqual(await plannedChanges(stacks, "stage"), []);
  });

  it("builds and pushes nothing in a second update of the same source", async () => {
    const calls = stubDocker(stacks);
    const { code, output } = await stacks.pulumi("stage", ["up", "--yes"], { env: calls.env });
    assert.equal(code, 0, output);
    assert.deepEqual(calls.list(), []);
    assert.match(output, /unchanged/);
    assert.deepEqual((await stacks.outputs("stage")).release, first.release);
  });

  it("refuses to overwrite a tag", async () => {
    const address = `127.0.0.1:${stacks.account("stage").port}`;
    const tag = first.services["web"]?.blue?.tag ?? "";
    const other = `${address}/switchyard/api:${first.services["api"]?.blue?.tag ?? ""}`;
    const target = `${address}/switchyard/web:${tag}`;
    await docker("docker", ["tag", other, target]);
    await docker("docker", ["login", address, "--username", "AWS", "--password", "any"]).catch(
      () => undefined,
    );
    await assert.rejects(docker("docker", ["push", target]), /immutable|already exists|denied/i);
    await docker("docker", ["image", "rm", target]);
  });

  it("refuses production while it has no release, and says what to do", async () => {
    const { code, output } = await stacks.pulumi("production", ["preview"]);
    assert.notEqual(code, 0);
    assert.match(output, /switchyard:release/);
    assert.match(output, /release -- promote/);
    assert.doesNotMatch(output, /at Object\.|node_modules/);
  });

  it("brings the same digests to production without building anything", async () => {
    await pin(stacks, "production", first.release);
    const calls = stubDocker(stacks);
    const { code, output } = await stacks.pulumi("production", ["up", "--yes", "--skip-preview"], {
      env: calls.env,
    });
    keep(output);
    assert.equal(code, 0, output);
    assert.deepEqual(calls.list(), [], "production called docker");
    const outputs = await stacks.outputs("production");
    assert.equal(outputs.release.id, first.release.id);
    assert.deepEqual(outputs.release.images, first.release.images);
    for (const service of ["web", "api"]) {
      const image = outputs.services[service]?.blue?.image ?? "";
      assert.match(image, /^222222222222\.dkr\.ecr\.us-east-1\.amazonaws\.com\/switchyard\//);
      assert.ok(image.endsWith(`@${first.release.images[service] ?? ""}`));
    }
    assert.deepEqual(await plannedChanges(stacks, "production"), []);
    keep(await refreshUnchanged(stacks, "production"));
    assert.equal(
      (await production.tasks()).length,
      6,
      "three tasks a service, as its settings say",
    );
  });

  it("delivers a second version to both stacks without a failed request, live tasks untouched until the shift", async () => {
    const { port } = stacks.account("production");
    const { url } = await stacks.outputs("production");
    load = new Load({ port, host: new URL(url).host, requestsPerSecond });
    const page = join(stacks.workspace.project, "app", "web", "page.ts");
    writeFileSync(page, readFileSync(page, "utf8").replace("version 1", "version 2"));
    keep(await up(stacks, "stage"));
    const second = await stacks.outputs("stage");
    assert.notEqual(second.release.id, first.release.id);
    assert.equal(second.services["web"]?.live, "green");
    assert.equal(
      second.services["api"]?.live,
      "blue",
      "its image is the same: nothing of it moves",
    );
    await pin(stacks, "production", second.release);

    const before = (await production.tasks()).filter((task) => task.family.endsWith("-blue"));
    const seen = watchLiveTasks(production);
    keep(await up(stacks, "production"));
    const changes = await seen.stop();
    assert.deepEqual(changes, [], "a live task changed before the shift");
    const after = (await production.tasks()).filter((task) => task.family.endsWith("-blue"));
    assert.deepEqual(after, before, "the old slot stays warm as it was");
    const outputs = await stacks.outputs("production");
    assert.equal(outputs.services["web"]?.live, "green");
    assert.equal(outputs.previousRelease?.id, first.release.id);
    assert.deepEqual(await plannedChanges(stacks, "production"), []);
  });

  it("rolls back by weights alone: no task starts, no task definition is registered", async () => {
    const tasks = await production.tasks();
    const definitions = await production.taskDefinitions();
    const { previousRelease } = await stacks.outputs("production");
    assert.ok(previousRelease);
    await pin(stacks, "production", previousRelease);
    const planned = await plannedChanges(stacks, "production");
    assert.deepEqual(
      planned.filter((change) => !/^ImageCopy /.test(change)),
      ["ReleaseRecord switchyard update", "TrafficShift switchyard update"],
      "only the traffic moves, and that is written down",
    );
    keep(await up(stacks, "production"));
    assert.deepEqual(await production.tasks(), tasks);
    assert.deepEqual(await production.taskDefinitions(), definitions);
    assert.equal((await stacks.outputs("production")).services["web"]?.live, "blue");
  });

  it("shows weights that were edited by hand, and heals them", async () => {
    const rules = await production.weights();
    // Both slots of web have tasks; a share for the empty standby of api would fail requests.
    await production.setWeights("web", { blue: 60, green: 40 });
    assert.deepEqual(await plannedChanges(stacks, "production"), [
      "TrafficShift switchyard update",
    ]);
    keep(await up(stacks, "production"));
    assert.deepEqual(await production.weights(), rules);
  });

  it("never moves weights in an update of settings alone", async () => {
    const rules = await production.weights();
    await pulumi(stacks, "production", "config", "set", "switchyard:logRetentionDays", "14");
    const planned = await plannedChanges(stacks, "production");
    assert.deepEqual(planned, ["LogGroup api update", "LogGroup web update"]);
    keep(await up(stacks, "production"));
    assert.deepEqual(await production.weights(), rules);
  });

  it("has failed no request of 20,000 or more, at 200 a second or more, during all of that", async () => {
    await started(load).reach(leastRequests);
    const { rate } = started(load);
    const { served, failed, failures, byRelease } = await started(load).stop();
    assert.deepEqual(failures, {});
    assert.equal(failed, 0);
    assert.ok(served >= leastRequests, `${served} requests`);
    assert.ok(rate >= 200, `${rate} requests a second`);
    assert.equal(Object.keys(byRelease).length, 2, "both versions answered");
    console.log(`      ${served} requests served, ${failed} failed, ${Math.round(rate)} a second`);
  });

  it("keeps secret values out of state, output, logs and containers", async () => {
    const values = await canaries(stacks);
    assert.equal(values.length, 4, "two secrets in each account");
    const ids = await Promise.all(
      (["stage", "production"] as const).map(async (stack) => {
        const label = `label=switchyard.emulator=road-${process.pid}-${stack}`;
        const { stdout } = await docker("docker", ["ps", "--quiet", "--filter", label]);
        return stdout.trim().split("\n");
      }),
    );
    const format =
      "{{json .Config.Labels}} {{json .Config.Cmd}} {{json .Config.Entrypoint}} {{json .Args}}";
    const inspect = await docker("docker", ["inspect", "--format", format, ...ids.flat()]);
    const outputs = await Promise.all(
      (["stage", "production"] as const).map((stack) => stacks.outputs(stack)),
    );
    const places: Record<string, string> = {
      "what was printed": printed.join("\n"),
      outputs: JSON.stringify(outputs),
      "docker inspect": inspect.stdout,
      ...filesBelow(join(stacks.workspace.home, "state")),
      ...filesBelow(stacks.workspace.home, /\.log$/),
    };
    assert.ok(Object.keys(places).length > 6);
    for (const [place, text] of Object.entries(places))
      for (const value of values) assert.ok(!text.includes(value), `${place} holds a secret value`);
  });

  it("destroys everything", async () => {
    for (const stack of ["stage", "production"] as const) {
      await pulumi(stacks, stack, "destroy", "--yes", "--skip-preview");
      const left = await (stack === "stage" ? stage : production).everything();
      for (const [kind, names] of Object.entries(left))
        assert.deepEqual(names, [], `${stack}: ${kind}`);
    }
    const { stdout } = await docker("docker", [
      "ps",
      "--quiet",
      "--all",
      "--filter",
      `label=switchyard.emulator=road-${process.pid}-stage`,
    ]);
    assert.equal(stdout, "");
  });

  it("goes on with the ledger, which nobody can destroy, when a stack is made again", async () => {
    const verify = ["run", "--silent", "release", "--", "verify", "--stack", "stage", "--json"];
    const entries = async (): Promise<unknown> => {
      const { code, output } = await stacks.run("stage", "npm", verify);
      assert.equal(code, 0, output);
      return (JSON.parse(output.slice(output.indexOf("{"))) as { entries: unknown }).entries;
    };
    const before = await entries();
    assert.ok(Number(before) > 4, String(before));
    keep(await up(stacks, "stage"));
    assert.ok(Number(await entries()) > Number(before));
    assert.deepEqual(await plannedChanges(stacks, "stage"), []);
  });
});

/** A `docker` that only notes that it was called. */
function stubDocker(stacks: Stacks): { env: NodeJS.ProcessEnv; list: () => string[] } {
  const folder = join(stacks.workspace.home, "stub");
  const calls = join(folder, "calls");
  mkdirSync(folder, { recursive: true });
  writeFileSync(calls, "");
  writeFileSync(join(folder, "docker"), `#!/bin/sh\necho "$@" >> "${calls}"\nexit 1\n`);
  chmodSync(join(folder, "docker"), 0o755);
  return {
    env: { PATH: `${folder}:${process.env["PATH"] ?? ""}` },
    list: () => readFileSync(calls, "utf8").split("\n").filter(Boolean),
  };
}

/** Notes each change of the live slot's tasks for as long as it has all the traffic. */
function watchLiveTasks(aws: Aws): { stop: () => Promise<string[]> } {
  const changes: string[] = [];
  let stopped = false;
  const watch = async (): Promise<void> => {
    const key = async (): Promise<string> =>
      JSON.stringify((await aws.tasks()).filter((task) => task.family.endsWith("-web-blue")));
    const original = await key();
    while (!stopped) {
      const isLive = [...(await aws.weights()).values()].every(
        (weights) => weights["blue"] === 100,
      );
      const now = await key();
      if (isLive && now !== original) changes.push(now);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  };
  const watching = watch();
  return {
    stop: async () => {
      stopped = true;
      await watching;
      return changes;
    },
  };
}
