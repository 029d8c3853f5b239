import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { RunResult } from "../../demo/run";
import { Load } from "../../demo/load";
import { Stacks } from "../../demo/stacks";
import { Aws } from "./aws";
import { deleteLogGroup, letOutTo } from "./by-hand";
import { edit, history, plannedChanges, pulumi, started, up } from "./story";

const SERVICES = ["config", "services", "default"];

/** What says something of the release as a whole. */
const OF_RELEASE = ["ImageScan switchyard update", "ReleaseRecord switchyard update"];
/** What knows of all services hears of one more. */
const OF_ALL = [...OF_RELEASE, "StandbyGuard switchyard update", "TrafficShift switchyard update"];

/** What hands and settings do to a stack that people use, under load. */
describe("edits by hand, and services that come and go", function () {
  this.timeout(600_000);
  this.bail(true);
  let stacks: Stacks;
  let aws: Aws;
  let load: Load | undefined;

  /** Edits the services that `Pulumi.yaml` declares, of which the first is named. */
  const editServices = (change: (services: Record<string, object>) => void): void => {
    const file = join(stacks.workspace.project, "Pulumi.yaml");
    const document = parseDocument(readFileSync(file, "utf8"));
    const services = document.toJS() as {
      config: { services: { default: Record<string, object> } };
    };
    change(services.config.services.default);
    document.setIn(SERVICES, services.config.services.default);
    writeFileSync(file, document.toString());
  };
  /** Tasks of the services that were there before, which must go on. */
  const others = async (): Promise<string[]> =>
    (await aws.tasks())
      .filter(({ family }) => /-(?:web|api)-(?:blue|green)$/.test(family))
      .map(({ arn }) => arn);
  const opsOf = (planned: readonly string[], name: string): string[] => [
    ...new Set(
      planned.filter((each) => each.includes(name)).map((each) => each.split(" ").at(-1) ?? ""),
    ),
  ];
  /** Changes of anything that is not the service's own. */
  const besides = (planned: readonly string[], ...names: string[]): string[] =>
    planned.filter((each) => !names.some((name) => each.includes(name)));

  /** What `release status` says of the live weights. */
  const trafficShown = async (): Promise<string> => {
    const args = ["run", "release", "--", "status", "--stack", "stage"];
    const { code, output } = await stacks.run("stage", "npm", args);
    assert.equal(code, 0, output);
    return /^ {2}traffic +(.*)$/m.exec(output)?.[1] ?? output;
  };

  /** What `release drift` says, and how it ends. */
  const drift = async (code: number, env: NodeJS.ProcessEnv = {}): Promise<RunResult> => {
    const args = ["run", "--silent", "release", "--", "drift", "--stack", "stage"];
    const ended = await stacks.run("stage", "npm", args, { env });
    assert.equal(ended.code, code, ended.output);
    return ended;
  };

  before(async () => {
    stacks = await Stacks.start({ name: "edits", stacks: ["stage"] });
    aws = new Aws(stacks.account("stage"));
    await pulumi(stacks, "stage", "stack", "init");
    await up(stacks, "stage");
  });
  after(async () => {
    load?.abandon();
    await stacks.stop();
  });

  it("are found by drift, named, and healed by the command that it prints", async () => {
    assert.match((await drift(0)).output, /^stage is as the last update left it, \d+ resources$/m);
    const account = stacks.account("stage");
    await aws.setWeights("api", { blue: 40, green: 60 });
    await letOutTo(account, "web", "10.0.0.0/8");
    await deleteLogGroup(account, "web-");
    const { output } = await drift(3);
    assert.match(output, /^stage is not as the last update left it: 2 changed, 1 gone$/m);
    assert.match(
      output,
      /^ {2}web \(SecurityGroupEgressRule\) \[sgr-\w+\]\n {4}cidrIpv4\n {6}state {2}0\.0\.0\.0\/0\n {6}found {2}10\.0\.0\.0\/8$/m,
    );
    assert.match(output, /^ {2}web \(LogGroup\) \[web-\w+\]\n {4}is gone$/m);
    assert.match(
      output,
      /^ {4}services\.api\.weights\n {6}state {2}blue 100 %, green 0 %\n {6}found {2}blue 40 %, green 60 %$/m,
    );
    const [, command = ""] = /to restore it: (npm run .+)$/m.exec(output) ?? [];
    const healed = await stacks.run("stage", "bash", ["-c", `${command} --yes --skip-preview`]);
    assert.equal(healed.code, 0, `${command}: ${healed.output}`);
    assert.match((await drift(0)).output, /on record as entry \d+/);
    assert.deepEqual((await aws.weights()).get("api"), { blue: 100, green: 0 });
  });

  it("can't be told from others where an account is out of reach, and that is no drift", async () => {
    const { output } = await drift(1, { AWS_ENDPOINT_URL: "http://127.0.0.1:9" });
    assert.match(
      output,
      /^stage could not be looked at\n {2}asking AWS who runs this: .*ECONNREFUSED/m,
    );
  });

  it("leave a number of tasks that was set by hand as it is", async () => {
    const { url } = await stacks.outputs("stage");
    const { port } = stacks.account("stage");
    load = new Load({ port, host: new URL(url).host, requestsPerSecond: 60 });
    await aws.scale("api-blue", 3);
    await drift(0);
    assert.deepEqual(await plannedChanges(stacks, "stage"), []);
    await up(stacks, "stage");
    assert.equal((await aws.desiredTasks()).get("api-blue"), 3);
  });

  it("show a third target group in a rule, and take it out again", async () => {
    const third = await aws.addThirdTargetGroup("web");
    assert.equal((await aws.weights()).has("web"), false, "the rule has three groups");
    assert.match(
      await trafficShown(),
      /^not as recorded: web: .* elsewhere, recorded is blue; `pul/,
    );
    assert.deepEqual(await plannedChanges(stacks, "stage"), ["TrafficShift switchyard update"]);
    await up(stacks, "stage");
    assert.deepEqual((await aws.weights()).get("web"), { blue: 100, green: 0 });
    assert.equal(await trafficShown(), "goes where the last update left it");
    await aws.removeTargetGroup(third);
  });

  it("add a service without touching the others", async () => {
    const before = await others();
    const app = join(stacks.workspace.project, "app");
    cpSync(join(app, "api"), join(app, "more"), { recursive: true });
    editServices((services) => {
      const { api } = services;
      const image = {
        context: "app/dist/more",
        dockerfile: "app/Dockerfile",
        prepare: "node app/bundle.mjs more",
      };
      const expect = [{ path: "/more", status: 404 }];
      services["more"] = { ...api, image, paths: ["/more"], delivery: { smoke: { expect } } };
    });
    const planned = await plannedChanges(stacks, "stage");
    assert.deepEqual(opsOf(planned, "more"), ["create"]);
    assert.deepEqual(besides(planned, "more"), OF_ALL);
    await up(stacks, "stage");
    assert.deepEqual((await aws.weights()).get("more"), { blue: 100, green: 0 });
    assert.deepEqual(await others(), before);
    assert.deepEqual(await plannedChanges(stacks, "stage"), []);
  });

  it("rename a service by making the new one before the old one goes", async () => {
    const before = await others();
    editServices((services) => {
      services["extra"] = { ...services["more"] };
      delete services["more"];
    });
    const planned = await plannedChanges(stacks, "stage");
    assert.deepEqual(opsOf(planned, "extra"), ["create"]);
    assert.deepEqual(opsOf(planned, "more"), ["delete"]);
    assert.deepEqual(besides(planned, "extra", "more"), OF_ALL);
    await up(stacks, "stage");
    const weights = await aws.weights();
    assert.deepEqual([weights.get("extra"), weights.has("more")], [{ blue: 100, green: 0 }, false]);
    assert.deepEqual(await others(), before);
  });

  it("remove a service with everything of it, and nothing else", async () => {
    const before = await others();
    editServices((services) => {
      delete services["extra"];
    });
    const planned = await plannedChanges(stacks, "stage");
    assert.deepEqual(opsOf(planned, "extra"), ["delete"]);
    assert.deepEqual(besides(planned, "extra"), [...OF_RELEASE, "TrafficShift switchyard update"]);
    await up(stacks, "stage");
    assert.equal((await aws.weights()).has("extra"), false);
    assert.deepEqual(await others(), before);
    assert.deepEqual(await plannedChanges(stacks, "stage"), []);
  });

  it("put nothing on record of a release that they have built and not brought up", async () => {
    const before = await history(stacks, "stage");
    edit(stacks, "web/page.ts", "version 1", "version 2");
    const parts = ["**ImageBuild::**", "**ReleaseRecord::**"].flatMap((each) => ["--target", each]);
    const words = ["up", "--yes", "--skip-preview", ...parts];
    const { code, output } = await stacks.pulumi("stage", words);
    assert.notEqual(code, 0, output);
    assert.match(output, /ImageBuild web updated/);
    assert.deepEqual(await history(stacks, "stage"), before);
  });

  it("have not cost a single request", async () => {
    const { served, failed, failures } = await started(load).stop();
    assert.deepEqual(failures, {});
    assert.equal(failed, 0);
    assert.ok(served > 1000, `${served} requests`);
    console.log(`      ${served} requests served, ${failed} failed`);
  });
});
