import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { page, ROOT, tableRows } from "./markdown";

const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const rows = tableRows(page("docs/dependencies.md"));
const written = (names: (name: string) => boolean): Record<string, string> =>
  Object.fromEntries(
    rows.filter(([name = ""]) => names(name)).map(([name = "", version = ""]) => [name, version]),
  );

describe("the page of dependencies", () => {
  it("names the packages that package.json names, in their versions", () => {
    const { dependencies, devDependencies } = JSON.parse(read("package.json")) as {
      dependencies: Record<string, string>;
      devDependencies: Record<string, string>;
    };
    const wanted = { ...dependencies, ...devDependencies };
    assert.deepEqual(
      written((name) => /^@?[a-z][a-z0-9-]*(\/[a-z0-9-]+)?$/.test(name)),
      wanted,
    );
  });

  it("names the parts of the toolchain, in the versions of its locks", () => {
    const lock = JSON.parse(read("toolchain/lock.json")) as Record<string, string>;
    const ministack = /^ministack==([\d.]+)/m.exec(read("toolchain/emulator/requirements.lock"));
    const parts: Record<string, string | undefined> = {
      "Node.js": lock["node"],
      "Pulumi CLI": lock["pulumi"],
      "Pulumi language host": lock["languageHost"],
      "Pulumi Terraform bridge": lock["bridge"],
      "Terraform AWS provider": lock["terraformAws"],
      MiniStack: ministack?.[1],
    };
    const found = written((name) => Object.hasOwn(parts, name));
    assert.deepEqual(found, parts);
    assert.deepEqual(Object.keys(lock).length, Object.keys(parts).length - 1, "every part");
  });

  it("says of each why it is there and what would replace it", () => {
    for (const row of rows) {
      assert.equal(row.length, 4, row.join(" | "));
      for (const cell of row) assert.notEqual(cell, "", row.join(" | "));
    }
  });
});
