import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { backendFolder, readLock } from "../../../../release/command/stack-lock";

describe("backendFolder", () => {
  it("is the folder of a backend in files", () => {
    assert.equal(backendFolder("file:///var/state", "/p", "/h"), "/var/state");
    assert.equal(backendFolder("file://~", "/p", "/h"), "/h");
    assert.equal(backendFolder("file://~/state?no_tmp_dir=true", "/p", "/h"), "/h/state");
    assert.equal(backendFolder("file://./state", "/p", "/h"), "/p/state");
    assert.equal(backendFolder("file://", "/p", "/h"), "/p");
    assert.equal(backendFolder("file:///a%20b", "/p", "/h"), "/a b");
  });

  it("is nothing for any other backend", () => {
    assert.equal(backendFolder("s3://bucket", "/p"), undefined);
    assert.equal(backendFolder("https://api.pulumi.com", "/p"), undefined);
    assert.equal(backendFolder("", "/p"), undefined);
  });
});

describe("readLock", () => {
  let folder = "";
  const lock = { pid: process.pid, username: "ana", hostname: hostname() };
  const timestamp = "2026-11-21T10:00:00+01:00";

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "switchyard-lock-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function write(stack: string, content: string): Promise<void> {
    const place = join(folder, ".pulumi", "locks", stack);
    await mkdir(place, { recursive: true });
    await writeFile(join(place, "1.json"), content);
  }

  it("finds none where no update runs", async () => {
    assert.equal(await readLock(folder, "switchyard", "stage"), undefined);
    await write("organization/switchyard/production", JSON.stringify({ ...lock, timestamp }));
    assert.equal(await readLock(folder, "switchyard", "stage"), undefined);
  });

  it("says who runs an update since when", async () => {
    await write("organization/switchyard/stage", JSON.stringify({ ...lock, timestamp }));
    assert.deepEqual(await readLock(folder, "switchyard", "stage"), {
      by: `ana@${hostname()} (process ${String(process.pid)})`,
      since: "2026-11-21T09:00:00.000Z",
      gone: false,
    });
  });

  it("knows that a process of this machine is gone, and does not guess about another's", async () => {
    const gone = { ...lock, pid: 2 ** 22 + 1, timestamp };
    await write("organization/switchyard/stage", JSON.stringify(gone));
    assert.equal((await readLock(folder, "switchyard", "stage"))?.gone, true);
    const far = JSON.stringify({ ...gone, hostname: "elsewhere" });
    await write("organization/switchyard/stage", far);
    assert.equal((await readLock(folder, "switchyard", "stage"))?.gone, false);
  });

  it("takes a lock that it can't read for a lock", async () => {
    await write("stage", "{");
    assert.deepEqual(await readLock(folder, "switchyard", "stage"), {});
  });
});
