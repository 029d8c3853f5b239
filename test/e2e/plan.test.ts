import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Stacks } from "../../demo/stacks";
import { openPlan, type SavedPlan, writePlan } from "../../release/saved-plan";
import { Aws } from "./aws";
import { canaries } from "./secrets";
import { edit, pulumi } from "./story";

/** The value of a secret setting that the program does not read. */
const HUSH = "hush-a-value-that-nobody-may-see";
interface Ended {
  readonly code: number;
  readonly output: string;
}

describe("a plan", function () {
  this.timeout(600_000);
  this.bail(true);
  let stacks: Stacks;
  let aws: Aws;
  let planFile: string;
  let stackFile: string;

  const release = (verb: string, ...args: string[]): Promise<Ended> =>
    stacks.run("stage", "node", [join("release", "command", "start.mjs"), verb, ...args]);

  const plan = async (): Promise<string> => {
    const { code, output } = await release("plan", "--stack", "stage");
    assert.equal(code, 0, output);
    return output;
  };

  const apply = async (): Promise<string> => {
    const { code, output } = await release("apply", "stage.plan.json", "--yes");
    assert.equal(code, 0, output);
    return output;
  };

  /** An application that is refused. @returns what was named */
  const refused = async (): Promise<string> => {
    const before = await pulumi(stacks, "stage", "stack", "history", "--json");
    const { code, output } = await release("apply", "stage.plan.json", "--yes");
    assert.equal(code, 3, output);
    assert.match(output, /^refused: /m);
    const after = await pulumi(stacks, "stage", "stack", "history", "--json");
    assert.equal(after, before, "it did not even begin an update");
    return output;
  };

  const readPlan = (): SavedPlan => {
    const opened = openPlan(readFileSync(planFile, "utf8"));
    assert.ok(opened.ok);
    return opened.plan;
  };

  before(async () => {
    stacks = await Stacks.start({ name: "plan", stacks: ["stage"], timeScale: 0.1 });
    aws = new Aws(stacks.account("stage"));
    planFile = join(stacks.workspace.project, "stage.plan.json");
    stackFile = join(stacks.workspace.project, "Pulumi.stage.yaml");
    await pulumi(stacks, "stage", "stack", "init");
    await pulumi(stacks, "stage", "config", "set", "--secret", "other:hush", HUSH);
  });

  after(() => stacks.stop());

  it("of a stack that is empty says what will be made, and makes it", async () => {
    const output = await plan();
    assert.match(output, /^plan for stage, which delivers a release that this update builds$/m);
    assert.match(output, /^ {2}create {2}web \(ImageBuild\) +web: building the image$/m);
    assert.equal(statSync(planFile).mode & 0o777, 0o600);
    const everything = await aws.everything();
    assert.deepEqual(everything["services"], [], "nothing yet");
    await apply();
    assert.deepEqual(Object.fromEntries(await aws.weights()), {
      api: { blue: 100, green: 0 },
      web: { blue: 100, green: 0 },
    });
  });

  it("of a new version delivers that version, and is applied once", async () => {
    edit(stacks, "web/page.ts", "version 1", "version 2");
    const output = await plan();
    assert.match(output, /^ {2}update {2}switchyard \(TrafficShift\) +switching to this release$/m);
    await apply();
    assert.deepEqual((await aws.weights()).get("web"), { blue: 0, green: 100 });
    assert.match(await refused(), /this plan was applied already, by the update of .*succeeded/);
  });

  it("of a slot that is made anew is carried out too, and holds no secret value", async () => {
    edit(stacks, "web/page.ts", "version 2", "version 3");
    const output = await plan();
    assert.match(output, /^ {2}replace {2}web-blue \(TaskDefinition\)/m);
    const values = [...(await canaries(stacks)), HUSH];
    assert.equal(values.length, 3);
    const text = readFileSync(planFile, "utf8");
    for (const value of values) assert.ok(!text.includes(value) && !output.includes(value));
    assert.ok(readPlan().engine.includes("ciphertext"), "it holds them encrypted");
    await apply();
    assert.deepEqual((await aws.weights()).get("web"), { blue: 100, green: 0 });
  });

  it("is refused when weights were edited by hand, and names them", async () => {
    edit(stacks, "web/page.ts", "version 3", "version 4");
    await plan();
    await aws.setWeights("web", { blue: 50, green: 50 });
    assert.match(
      await refused(),
      /^ {2}live: web: the weights were blue 100 %, green 0 %, and are blue 50 %, green 50 %$/m,
    );
    await aws.setWeights("web", { blue: 100, green: 0 });
  });

  it("is refused when the source changed, and names the files", async () => {
    const restore = edit(stacks, "web/page.ts", "version 4", "version 5");
    assert.match(await refused(), /^ {2}source: app\/web\/page\.ts was changed$/m);
    restore();
  });

  it("is refused when the settings changed, and names the keys", async () => {
    const before = readFileSync(stackFile, "utf8");
    await pulumi(stacks, "stage", "config", "set", "logRetentionDays", "14");
    await pulumi(stacks, "stage", "config", "set", "--secret", "other:hush", "another");
    const output = await refused();
    assert.match(output, /^ {2}config: other:hush was changed$/m);
    assert.match(output, /^ {2}config: switchyard:logRetentionDays was added$/m);
    writeFileSync(stackFile, before);
  });

  it("is refused when it was edited", async () => {
    const text = readFileSync(planFile, "utf8");
    writeFileSync(planFile, text.replace('"madeBy": "', '"madeBy": "not '));
    assert.match(await refused(), /stage\.plan\.json was edited/);
    writeFileSync(planFile, text);
  });

  it("is refused when its steps are not those of a preview, though its id is right", async () => {
    const text = readFileSync(planFile, "utf8");
    const saved = readPlan();
    const engine = JSON.parse(saved.engine) as { resourcePlans: Record<string, unknown> };
    const resourcePlans = Object.fromEntries(
      Object.entries(engine.resourcePlans).filter(
        ([urn]) => !urn.endsWith(":TrafficShift::switchyard"),
      ),
    );
    const forged = JSON.stringify({ ...engine, resourcePlans });
    writeFileSync(planFile, writePlan({ ...saved, engine: forged }));
    assert.match(
      await refused(),
      /^ {2}steps: switchyard \(TrafficShift\): the plan is to leave it as it is, an update now would update it$/m,
    );
    writeFileSync(planFile, text);
  });

  it("binds the update itself: what changes after the last look stops it, nothing done", async () => {
    const engine = join(stacks.workspace.home, "engine.json");
    writeFileSync(engine, readPlan().engine);
    const restore = edit(stacks, "web/page.ts", "version 4", "version 5");
    const bound = ["up", "--yes", "--skip-preview", "--plan", engine];
    const { code, output } = await stacks.pulumi("stage", bound);
    restore();
    assert.notEqual(code, 0, output);
    assert.match(output, /ImageBuild(::| )web.*violates plan: properties changed: .*tag/);
    assert.doesNotMatch(output, /^ {4}[+~-] \d+ (created|updated|deleted)$/m);
    assert.deepEqual((await aws.weights()).get("web"), { blue: 100, green: 0 });
  });

  it("is refused after another update, and names it", async () => {
    assert.match(
      await refused(),
      /^ {2}state: the last thing that was run on the stack is now update of \S+, which ended as failed$/m,
    );
  });
});
