import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunResult } from "../../demo/run";
import { Stacks } from "../../demo/stacks";
import { releaseId } from "../../release/release";
import { profiles } from "./profiles";
import { commands } from "./readme-commands";
import { canaries } from "./secrets";
import { pin, pulumi, up } from "./story";

/** A release that nobody has built: a preview of an empty stack does not fetch it. */
const CONTENT = {
  commit: "abc",
  images: { web: `sha256:${"1".repeat(64)}`, api: `sha256:${"2".repeat(64)}` },
};

describe("parity of the sample's stacks", function () {
  this.timeout(600_000);
  this.bail(true);
  let stacks: Stacks;

  const shell = (script: string): Promise<RunResult> => {
    const { PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE } = stacks.account("production").env;
    const env = { ...profiles(stacks), PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE };
    return stacks.run("production", "bash", ["-eu", "-o", "pipefail", "-c", script], { env });
  };
  const [how = ""] = commands("docs/guides/parity.md", "How");

  const isFound = async (script: string): Promise<string> => {
    const { code, output } = await shell(script);
    assert.equal(code, 0, output);
    assert.match(output, /^stage and production are in parity: \d+ and \d+ resources/m);
    return output;
  };

  before(async () => {
    stacks = await Stacks.start({ name: "parity", timeScale: 0.1 });
    for (const stack of ["stage", "production"] as const)
      await pulumi(stacks, stack, "stack", "init");
    const registry = "111111111111.dkr.ecr.us-east-1.amazonaws.com";
    await pin(stacks, "production", { id: releaseId(CONTENT), ...CONTENT, registry });
  });

  after(() => stacks.stop());

  it("is found of empty ones, as the guide says, by one account's credentials at a time", async () => {
    const output = await isFound(how);
    assert.match(output, /inputs have values that only an update brings about/);
  });

  it("is not found once a setting differs that is not declared, and the difference is named", async () => {
    await pulumi(stacks, "production", "config", "set", "logRetentionDays", "90");
    const { code, output } = await shell(how);
    await pulumi(stacks, "production", "config", "rm", "logRetentionDays");
    assert.notEqual(code, 0, output);
    assert.match(output, /^LogGroup web: retentionInDays\n {2}stage +30\n {2}production +90$/m);
    assert.match(output, /^refused: stage and production are not in parity: 2 not declared$/m);
  });

  it("is found of one that is deployed and one that is empty, and shows no secret value", async () => {
    await up(stacks, "stage");
    const output = await isFound(how);
    const shape = readFileSync(join(stacks.workspace.project, "stage.shape.json"), "utf8");
    const values = await canaries(stacks);
    assert.equal(values.length, 2);
    for (const value of values) assert.ok(!shape.includes(value) && !output.includes(value));
    for (const name of ["switchyard-stage", '"vpc-'])
      assert.ok(!shape.slice(shape.indexOf('"resources"')).includes(name), name);
  });

  it("is another's when the stack that is deployed is changed, in what its preview shows", async () => {
    const before = readFileSync(join(stacks.workspace.project, "stage.shape.json"), "utf8");
    await pulumi(stacks, "stage", "config", "set", "logRetentionDays", "90");
    const { code, output } = await shell(how);
    assert.notEqual(code, 0, output);
    assert.match(output, /^LogGroup api: retentionInDays\n {2}stage +90\n {2}production +30$/m);
    const after = readFileSync(join(stacks.workspace.project, "stage.shape.json"), "utf8");
    const hashIn = (text: string): unknown => (JSON.parse(text) as { hash: unknown }).hash;
    assert.notEqual(hashIn(after), hashIn(before));
  });
});
