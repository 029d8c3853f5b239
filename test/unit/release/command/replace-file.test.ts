import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { explainFile } from "../../../../release/command/file-errors";
import { replaceFile, writePrivateFile } from "../../../../release/command/replace-file";

const PROJECT = join(__dirname, "..", "..", "..", "..");
const MODULE = join(PROJECT, "release", "command", "replace-file.ts");
const REGISTER = join(PROJECT, "toolchain", "typescript.cjs");
const SIZE = 200_000;

describe("replaceFile", () => {
  let folder = "";
  let path = "";

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "switchyard-replace-"));
    path = join(folder, "Pulumi.production.yaml");
    await writeFile(path, "old");
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it("puts the new content in place, and leaves nothing beside it", async () => {
    await replaceFile(path, "new");
    assert.equal(await readFile(path, "utf8"), "new");
    assert.deepEqual(await readdir(folder), ["Pulumi.production.yaml"]);
  });

  it("keeps the mode", async () => {
    await chmod(path, 0o640);
    await replaceFile(path, "new");
    assert.equal((await stat(path)).mode & 0o777, 0o640);
  });

  it("replaces what a link points to, not the link", async () => {
    const link = join(folder, "link");
    await symlink(path, link);
    await replaceFile(link, "new");
    assert.equal(await readFile(path, "utf8"), "new");
  });

  it("makes no file that was not there", async () => {
    await assert.rejects(replaceFile(join(folder, "none"), "new"), { code: "ENOENT" });
    assert.deepEqual(await readdir(folder), ["Pulumi.production.yaml"]);
  });

  it("leaves the old content or the new one, whole, when it is killed", async () => {
    const code = `
      const { replaceFile } = require(${JSON.stringify(MODULE)});
      const [a, b] = ["a", "b"].map((each) => each.repeat(${String(SIZE)}));
      (async () => {
        await replaceFile(${JSON.stringify(path)}, a);
        process.stdout.write("x");
        for (;;) for (const each of [b, a]) await replaceFile(${JSON.stringify(path)}, each);
      })();`;
    const child: ChildProcess = spawn(process.execPath, ["-r", REGISTER, "-e", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "exit");
    assert.ok(child.stdout);
    await once(child.stdout, "data");
    for (let round = 0; round < 30; round++) {
      assertWhole(await readFile(path, "utf8"));
      await sleep(2);
    }
    child.kill("SIGKILL");
    await ended;
    assertWhole(await readFile(path, "utf8"));
  });
});

function assertWhole(text: string): void {
  assert.equal(text.length, SIZE);
  assert.equal(text, (text[0] ?? "").repeat(SIZE));
}

describe("explainFile", () => {
  const failing = (code: string): Error => Object.assign(new Error("x"), { code });

  it("says why a file can't be written, and that it is as it was", () => {
    const says = (code: string): string => String(explainFile(failing(code), "P.yaml", "written"));
    const end = "; it is as it was";
    assert.equal(says("ENOSPC"), `CommandFailure: P.yaml can't be written: the disk is full${end}`);
    assert.match(says("EROFS"), /the file system is read-only/);
    assert.match(says("EACCES"), /permission is denied/);
    assert.match(says("EIO"), /can't be written: EIO/);
  });

  it("says why a file can't be read", () => {
    const says = String(explainFile(failing("EISDIR"), "P.yaml", "read"));
    assert.equal(says, "CommandFailure: P.yaml can't be read: it is a folder");
  });

  it("leaves a bug a bug", () => {
    const bug = new TypeError("x");
    assert.equal(explainFile(bug, "P.yaml", "read"), bug);
  });
});

describe("writePrivateFile", () => {
  let folder = "";
  let path = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "switchyard-private-"));
    path = join(folder, "stage.plan.json");
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it("makes a file that only its owner may read, whatever stood there before", async () => {
    for (const before of [undefined, 0o666, 0o400]) {
      await rm(path, { force: true });
      if (before !== undefined) await writeFile(path, "old", { mode: before });
      await writePrivateFile(path, "new");
      assert.equal(await readFile(path, "utf8"), "new");
      assert.equal((await stat(path)).mode & 0o777, 0o600);
      assert.deepEqual(await readdir(folder), ["stage.plan.json"]);
    }
  });

  it("writes nothing through a link that someone laid in its place", async () => {
    const other = join(folder, "other");
    await writeFile(other, "kept");
    await symlink(other, path);
    await writePrivateFile(path, "new");
    assert.equal(await readFile(other, "utf8"), "kept");
    assert.equal(await readFile(path, "utf8"), "new");
  });

  it("leaves nothing where there is no folder, or something else in its place", async () => {
    await assert.rejects(writePrivateFile(join(folder, "none", "x"), "new"), { code: "ENOENT" });
    await assert.rejects(writePrivateFile(folder, "new"));
    assert.deepEqual(await readdir(folder), []);
  });
});
