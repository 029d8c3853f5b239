import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";

const START = join(__dirname, "..", "..", "..", "..", "release", "command", "start.mjs");

/** Runs the command line as `npm run release` does. */
function start(...words: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [START, ...words], {
    cwd: tmpdir(),
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
}

describe("the start of the command line", () => {
  it("runs its verbs, and passes on words, streams and the exit code", () => {
    const { code, out, err } = start("rollback", "--help");
    assert.deepEqual([code, err], [0, ""]);
    assert.match(out, /npm run release -- rollback --stack production --up --yes/);
    assert.equal(start("rollback", "--nonsense").code, 2);
  });

  it("acts on the folder that it is called in", () => {
    const { code, err } = start("rollback", "--up");
    assert.equal(code, 2);
    assert.ok(err.includes(`there is no Pulumi.yaml in ${tmpdir()}`), err);
  });
});
