import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

const ROOT = join(__dirname, "..", "..", "..");

/** Where a stack's name goes into names that must be unique, and into the reference to its own record. */
const NAMING = ["components/place.ts", "release/recorded.ts"];

/** Everything that the program runs; the command line, which is told which stacks it works on, is no part of it. */
function sources(): string[] {
  const folders = ["components", "effects", "release", "settings"];
  const files = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name))),
  );
  const program = files.filter((file) => !file.startsWith(join("release", "command")));
  return ["index.ts", "settings.ts", ...program];
}

const code = (file: string): string =>
  readFileSync(join(ROOT, file), "utf8").replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");

describe("the program's sources", () => {
  it("ask which stack they are in for names alone", () => {
    assert.ok(sources().length > 40);
    const asking = sources().filter((file) => /getStack|PULUMI_NODEJS_STACK/.test(code(file)));
    assert.deepEqual(asking.sort(), NAMING);
    for (const file of NAMING) {
      assert.equal(code(file).match(/getStack\(\)/g)?.length, 1, file);
      assert.match(
        code(file),
        /\$\{pulumi\.getStack\(\)\}`|stack = pulumi\.getStack\(\);/,
        "a name",
      );
    }
    for (const file of sources()) assert.doesNotMatch(code(file), /place\.stack [!=]==/, file);
  });

  it("know no stack by name", () => {
    for (const file of sources())
      assert.doesNotMatch(code(file), /["'`](stage|production)["'`]/, file);
  });
});
