import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const project = join(__dirname, "..", "..", "..");
const script = `
  require("./toolchain/typescript.cjs");
  const { isPreview } = require("./components/preview.ts");
  process.argv.splice(1); // as the SDK does
  console.log(isPreview());`;

/** What a process says that was begun as the engine begins one. */
const saidBy = (args: readonly string[], variable?: string): string =>
  execFileSync(process.execPath, ["-e", script, "program", ...args], {
    cwd: project,
    env: { ...process.env, ...(variable && { PULUMI_NODEJS_DRY_RUN: variable }) },
    encoding: "utf8",
  }).trim();

describe("a preview", () => {
  it("is what the engine calls one", () => {
    assert.equal(saidBy(["--dry-run"], "true"), "true");
  });

  it("is no update whose environment says that it is one", () => {
    assert.equal(saidBy([], "true"), "false");
    assert.equal(saidBy([]), "false");
  });
});
