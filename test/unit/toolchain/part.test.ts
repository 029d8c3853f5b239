import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { inFolder, start, toolchain } from "./child";
import { points, wantPart } from "./fake-part";

const place = (cache: string): string => join(cache, "parts", "fake-0123456789ab");
const lines = (path: string): number => readFileSync(path, "utf8").trim().split("\n").length;
const inScratch = (cache: string): string[] =>
  existsSync(join(cache, "making")) ? readdirSync(join(cache, "making")) : [];

function assertWhole(cache: string): void {
  assert.deepEqual(readdirSync(place(cache)).sort(), ["first", "second"]);
  assert.equal(readFileSync(join(place(cache), "second"), "utf8"), "2");
  assert.deepEqual(inScratch(cache), []);
}

describe("a part of the toolchain", function () {
  it("is made once by two that ask at once", () =>
    inFolder(async (cache) => {
      const count = join(cache, "count");
      const gate = join(cache, "gate");
      const body = `
        console.log("at the gate");
        while (!existsSync("${gate}")) await new Promise((resolve) => setTimeout(resolve, 10));`;
      const first = wantPart({ cache, count, body });
      await first.saw("at the gate");
      const second = wantPart({ cache, count, body });
      await second.saw("another run is making it: waiting");
      writeFileSync(gate, "");
      for (const { code, output } of await Promise.all([first.ended, second.ended]))
        assert.equal(code, 0, output);
      assert.equal(lines(count), 1);
      assertWhole(cache);
    }));

  it("is not made again, and says nothing, when it is there", () =>
    inFolder(async (cache) => {
      const count = join(cache, "count");
      await wantPart({ cache, count }).ended;
      const { output } = await wantPart({ cache, count }).ended;
      assert.equal(output, `place ${place(cache)}\n`);
      assert.equal(lines(count), 1);
    }));

  for (const halt of points)
    it(`is whole after a run was killed at: ${halt}`, () =>
      inFolder(async (cache) => {
        const killed = wantPart({ cache, halt });
        await killed.saw(`at ${halt}`);
        assert.equal((await killed.kill()).signal, "SIGKILL");
        assert.equal(existsSync(place(cache)), halt === "in place", "whole or not at all");
        const { code, output } = await wantPart({ cache }).ended;
        assert.equal(code, 0, output);
        assertWhole(cache);
      }));

  it("leaves nothing when its making fails, and says why", () =>
    inFolder(async (cache) => {
      const body = `await runCommand("sh", ["-c", "echo the reason; exit 3"], { log });`;
      const { code, output } = await wantPart({ cache, body }).ended;
      assert.equal(code, 1);
      assert.match(output, /told: sh -c ended with 3\n {2}the reason\n {2}whole log: /);
      assert.equal(existsSync(place(cache)), false);
      assert.deepEqual(inScratch(cache), []);
    }));

  it("is refused when what proves it was not made", () =>
    inFolder(async (cache) => {
      const body = `(await import("node:fs")).rmSync(dir + "/second");`;
      assert.match(
        (await wantPart({ cache, body }).ended).output,
        /told: fake: second was not made/,
      );
      assert.equal(existsSync(place(cache)), false);
    }));

  it("is made anew when somebody has cleared its folder", () =>
    inFolder(async (cache) => {
      await wantPart({ cache }).ended;
      rmSync(join(place(cache), "second"));
      assert.equal((await wantPart({ cache }).ended).code, 0);
      assertWhole(cache);
    }));

  it("says so when the cache can't be written", () =>
    inFolder(async (folder) => {
      const cache = join(folder, "a-file");
      writeFileSync(cache, "");
      const { code, output } = await wantPart({ cache }).ended;
      assert.equal(code, 1);
      assert.match(output, /told: .*a-file.* can't be written: .*SWITCHYARD_CACHE/);
    }));

  it("leaves nothing on a full disk, and says how much it needs", function () {
    return inFolder(async (cache) => {
      try {
        execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "none", cache], { stdio: "pipe" });
      } catch {
        this.skip(); // a full disk needs the right to mount one
      }
      try {
        const body = `writeFileSync(dir + "/large", Buffer.alloc(2 ** 22));`;
        const { code, output } = await wantPart({ cache, body }).ended;
        assert.equal(code, 1);
        assert.match(output, /told: the disk is full: .*needs about 3 GB.*SWITCHYARD_CACHE/);
        assert.equal(existsSync(place(cache)), false);
        assert.deepEqual(inScratch(cache), []);
      } finally {
        execFileSync("umount", [cache]);
      }
    });
  });

  it("leaves alone what another part is being made in", () =>
    inFolder(async (cache) => {
      const others = ["fake-longer-0123456789ab-1-x", "fake-0123456789ab-1-elsewhere"];
      for (const other of others) mkdirSync(join(cache, "making", other), { recursive: true });
      await wantPart({ cache }).ended;
      assert.deepEqual(inScratch(cache).sort(), others.sort());
    }));

  it("makes room for a new one: what nobody asked for in 30 days is removed", () =>
    inFolder(async (cache) => {
      const daysAgo = { "old-0123456789ab": 31, "young-0123456789ab": 29 };
      for (const [name, days] of Object.entries(daysAgo)) {
        mkdirSync(join(cache, "parts", name), { recursive: true });
        const then = new Date(Date.now() - days * 24 * 3600 * 1000);
        utimesSync(join(cache, "parts", name), then, then);
      }
      await wantPart({ cache }).ended;
      const kept = ["fake-0123456789ab", "young-0123456789ab"];
      assert.deepEqual(readdirSync(join(cache, "parts")).sort(), kept);
    }));

  it("is whole where locks do not reach, as between two containers on one cache", function () {
    try {
      execFileSync("unshare", ["--net", "true"], { stdio: "pipe" });
    } catch {
      this.skip(); // a network of one's own needs rights
    }
    return inFolder(async (cache) => {
      const here = wantPart({ cache, halt: "all files" });
      await here.saw("at all files");
      const source = `
        import { ensurePart } from "${toolchain}/part.mjs";
        import { createProgress } from "${toolchain}/progress.mjs";
        import { writeFileSync } from "node:fs";
        await ensurePart({ name: "fake", key: "0123456789ab", how: "", proof: "second", async make(dir) {
          for (const [name, text] of [["first", "1"], ["second", "2"]]) writeFileSync(dir + "/" + name, text);
        } }, createProgress(1));`;
      const args = ["--net", process.execPath, "--input-type=module", "-e", source];
      const { code, output } = await start("unshare", args, { SWITCHYARD_CACHE: cache }).ended;
      assert.equal(code, 0, output);
      assert.equal(inScratch(cache).length, 1, "the other's folder is left alone");
      await here.kill();
      await wantPart({ cache }).ended;
      assert.equal(readFileSync(join(place(cache), "second"), "utf8"), "2");
    });
  });
});
