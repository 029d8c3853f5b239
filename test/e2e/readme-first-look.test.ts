import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { run, type RunResult } from "../../demo/run";
import { end, processesOf } from "./left-processes";
import { commands } from "./readme-commands";

const execute = promisify(execFile);
const checkout = join(__dirname, "..", "..");
const runs = join(checkout, ".switchyard");

/** Containers and processes that work for a run of the demo, and what is left of its folder. */
async function leftOf(name: string): Promise<string[]> {
  const { stdout } = await execute("docker", ["ps", "--all", "--format", "{{.Labels}}"]);
  const containers = stdout
    .split("\n")
    .filter((labels) => labels.includes(`switchyard.emulator=${name}-`));
  return [...containers, ...processesOf(name), ...(existsSync(join(runs, name)) ? [name] : [])];
}

const demoRuns = (): string[] =>
  existsSync(runs) ? readdirSync(runs).filter((name) => name.startsWith("demo-")) : [];

describe("the README's commands for a first look", function () {
  this.timeout(600_000);
  const shell = (script: string): Promise<RunResult> =>
    run("bash", ["-eu", "-o", "pipefail", "-c", script], {
      cwd: checkout,
      env: process.env,
      log: "/dev/null",
    });
  const firstLook = commands("README.md", "Try it");

  it("are these, of which `npm test` is this very run", () => {
    assert.deepEqual(firstLook, ["npm run demo", "npm test", "npm run doctor"]);
  });

  it("show what a machine has", async () => {
    const { code, output } = await shell("npm run doctor");
    assert.equal(code, 0, output);
    assert.match(output, /nothing is missing/);
  });

  it("run the demo to its end without a failed request, and leave nothing behind", async () => {
    const before = demoRuns();
    const { code, output } = await shell("npm run demo");
    assert.equal(code, 0, output);
    const [, table = ""] = output.split("What happened");
    assert.match(table, /^requests failed +0$/m);
    assert.ok(Number(/^requests served.* (\d+)$/m.exec(table)?.[1]) > 1000, table);
    assert.match(table, /of \/version, by version 1 /);
    assert.match(table, /of \/version, by version 2 /);
    assert.deepEqual(demoRuns(), before);
  });

  it("leave nothing behind when the demo is interrupted while containers start", async () => {
    const before = demoRuns();
    const child = spawn("bash", ["-c", "npm run demo"], {
      cwd: checkout,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { pid } = child;
    assert.ok(pid !== undefined);
    let output = "";
    const ended = new Promise<number | string | null>((resolve) =>
      child.once("close", (code, signal) => {
        resolve(signal ?? code);
      }),
    );
    const reached = new Promise<void>((resolve) => {
      const take = (chunk: Buffer): void => {
        output += chunk.toString();
        if (/waiting until blue is steady/.test(output)) resolve();
      };
      child.stdout.on("data", take);
      child.stderr.on("data", take);
    });
    await Promise.race([
      reached,
      ended.then((code) => {
        assert.fail(`the demo ended with ${String(code)}:\n${output}`);
      }),
    ]);
    const [name = ""] = demoRuns().filter((each) => !before.includes(each));
    assert.notEqual(name, "", output);
    process.kill(-pid, "SIGINT");
    // npm ends by the signal that it got itself, when its command is done.
    assert.ok([130, "SIGINT"].includes((await ended) ?? 0), output);
    assert.match(output, /stopping: removing what the demo started/);
    const left = await leftOf(name);
    processesOf(name).forEach(end);
    assert.deepEqual(left, []);
  });
});
