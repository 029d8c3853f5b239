import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { explainPulumi } from "../../release/command/pulumi-errors";
import { commands } from "./readme-commands";

/** The engine and its backend alone: no AWS. */
describe("a backend in files", function () {
  this.timeout(60_000);
  let folder: string;
  let backend: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "switchyard-backend-"));
    backend = join(folder, "state");
    mkdirSync(backend);
    writeFileSync(join(folder, "Pulumi.yaml"), "name: sample\nruntime: yaml\n");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const pulumi = (url: string, ...args: string[]): { code: number | null; output: string } => {
    const env = { ...process.env, PULUMI_BACKEND_URL: url, PULUMI_CONFIG_PASSPHRASE: "sample" };
    const { status, stdout, stderr } = spawnSync("pulumi", args, { cwd: folder, env });
    return { code: status, output: `${stdout.toString()}${stderr.toString()}` };
  };
  const attributes = (): string[] =>
    readdirSync(backend, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith(".json.attrs"));

  it("that a killed run has left unreadable is explained, and mended as the runbook says", () => {
    const url = `file://${backend}`;
    assert.equal(pulumi(url, "stack", "init", "stage").code, 0);
    // Pulumi makes the file and fills it in two steps: a run killed between them leaves it empty.
    for (const name of attributes()) truncateSync(join(backend, name), 0);
    const { code, output } = pulumi(url, "stack", "export", "-s", "stage");
    assert.notEqual(code, 0);
    assert.match(explainPulumi(output, "stage").message, /empty \.attrs file/);

    const all = commands("docs/runbooks/a-killed-run.md", "What to do");
    const mend = all.find((each) => each.includes("-empty")) ?? "";
    execFileSync("sh", ["-c", mend], { cwd: backend });
    assert.equal(pulumi(url, "stack", "export", "-s", "stage").code, 0);
  });

  it("has no such files where its address says so", () => {
    const url = `file://${backend}?metadata=skip`;
    assert.equal(pulumi(url, "stack", "init", "stage").code, 0);
    assert.deepEqual(attributes(), []);
  });
});
