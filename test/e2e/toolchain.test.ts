import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Child, start } from "../unit/toolchain/child";

const project = join(__dirname, "..", "..");
/** Says what it was given, of which the toolchain made all. */
const told = `
  const { execFileSync } = require("node:child_process");
  const python = process.env.SWITCHYARD_EMULATOR_PYTHON;
  execFileSync(python, ["-c", "import ministack"]);
  const { SWITCHYARD_MISSING: missing } = process.env;
  console.log(JSON.stringify({ node: process.execPath, python, missing }));`;

interface Told {
  readonly node: string;
  readonly python: string;
  readonly missing: string;
}

/** What is cheap of a cold set-up, from the real registries: all but Pulumi, which a machine without Go can't build. */
describe("the toolchain on a cold machine", function () {
  this.timeout(240_000);
  this.bail(true);
  const folder = mkdtempSync(join(tmpdir(), "switchyard-cold-"));
  const cache = join(folder, "cache");
  const names = (...path: string[]): string[] =>
    existsSync(join(cache, ...path)) ? readdirSync(join(cache, ...path)) : [];
  const runWith = (...words: string[]): Child =>
    start(process.execPath, [join(project, "toolchain", "with.mjs"), ...words], {
      PATH: withoutGo(folder),
      SWITCHYARD_CACHE: cache,
      SWITCHYARD_PULUMI_DOWNLOADS: "https://127.0.0.1:1",
    });
  const run = (): Child => runWith("--partial", "--no-engine", "node", "-e", told);
  const report = (output: string): Told =>
    JSON.parse(output.trim().split("\n").at(-1) ?? "") as Told;

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("leaves parts that are whole, and none else, when it is killed", async function () {
    const killed = run();
    await killed.saw("emulator: ").catch((error: unknown) => {
      if (/can't be reached/.test(String(error))) this.skip(); // no registry, nothing to make it of
      throw error;
    });
    // It says what it is going to make just before it begins.
    while (names("making").length === 0) await sleep(10);
    await killed.kill();
    assert.deepEqual(names("parts").map(withoutKey), ["node"]);
    assert.deepEqual(names("making").map(withoutKey), ["emulator"]);
  });

  it("says how a command is used before it makes anything but Node.js", async () => {
    const command = join(project, "release", "command", "start.mjs");
    const { code, output } = await runWith("node", command, "--help").ended;
    assert.equal(code, 0, output);
    assert.match(output, /^Exit codes:$/m);
    assert.deepEqual(names("parts").map(withoutKey), ["node"]);
  });

  it("is made once by two at once, which go on where the killed one stopped", async () => {
    const both = await Promise.all([run().ended, run().ended]);
    for (const { code, output } of both) {
      assert.equal(code, 0, output);
      assert.match(report(output).missing, /^(Go|Pulumi): /);
      assert.doesNotMatch(output, / node: /, "that part was there");
    }
    const waited = both.filter(({ output }) => /another run is making it: waiting/.test(output));
    assert.equal(waited.length, 1, "one made it, one waited");
    assert.deepEqual(names("parts").map(withoutKey).sort(), ["emulator", "node"]);
    assert.deepEqual(names("making"), []);
  });

  it("says nothing, and gives the same, when it is warm", async () => {
    const { code, output } = await run().ended;
    assert.equal(code, 0, output);
    assert.equal(output.trim().split("\n").length, 1, output);
    const { node, python } = report(output);
    assert.ok(node.startsWith(join(cache, "parts", "node-")), node);
    assert.ok(python.startsWith(join(cache, "parts", "emulator-")), python);
  });
});

const withoutKey = (name: string): string => name.replace(/-[0-9a-f]{12}.*$/, "");

/** PATH with every folder that has a `go` replaced by one of links to all else in it. */
function withoutGo(folder: string): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((path) => existsSync(path));
  return folders
    .map((path, index) => {
      if (!existsSync(join(path, "go"))) return path;
      const links = join(folder, `path-${index}`);
      if (existsSync(links)) return links;
      mkdirSync(links);
      for (const name of readdirSync(path).filter((each) => each !== "go"))
        symlinkSync(join(path, name), join(links, name));
      return links;
    })
    .join(delimiter);
}
