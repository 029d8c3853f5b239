import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inFolder, isAlive, script, until } from "./child";

const hold = (name: string): ReturnType<typeof script> =>
  script(`
    import { withLock } from "TOOLCHAIN/lock.mjs";
    await withLock(${JSON.stringify(name)}, async () => {
      console.log("held");
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    }, () => console.log("waiting"));`);

describe("the machine's locks", () => {
  const unique = (): string => `test ${process.pid} ${Math.random()}`;

  it("has one holder at a time, and passes on when that one is killed", async () => {
    const name = unique();
    const first = hold(name);
    await first.saw("held");
    const second = hold(name);
    await second.saw("waiting");
    await first.kill();
    await second.saw("held");
    await second.kill();
  });

  it("tells names apart however long they are", async () => {
    const name = `${unique()} ${"x".repeat(300)}`;
    const both = [hold(`${name} one`), hold(`${name} two`)];
    for (const each of both) await each.saw("held");
    for (const each of both) await each.kill();
  });

  it("is freed when the work fails", async () => {
    const { withLock } = await import("../../../toolchain/lock.mjs");
    const name = unique();
    await assert.rejects(
      withLock(name, () => Promise.reject(new Error("no"))),
      /^Error: no$/,
    );
    assert.equal(await withLock(name, () => Promise.resolve("held")), "held");
  });
});

describe("a command of the set-up", () => {
  it("ends with all that it started when the set-up is killed", async () => {
    await inFolder(async (folder) => {
      const file = join(folder, "pids");
      const run = script(`
        import { runCommand } from "TOOLCHAIN/run-command.mjs";
        const shell = "sleep 60 & echo $$ $! > ${file}; wait";
        await runCommand("sh", ["-c", shell], { log: "/dev/null" });`);
      const read = (): string => (existsSync(file) ? readFileSync(file, "utf8") : "");
      await until("it runs", () => read().endsWith("\n"));
      await run.kill();
      const pids = read().split(" ").map(Number);
      assert.equal(pids.length, 2);
      await until("both are gone", () => !pids.some(isAlive));
    });
  });

  it("is missed by name, with how to get it", async () => {
    const { runCommand } = await import("../../../toolchain/run-command.mjs");
    const env = { PATH: "/nowhere" };
    await assert.rejects(
      runCommand("npm", ["ci"], { log: "/dev/null", env }),
      /there is no `npm` on PATH: install Node.js with npm .*run the same command again/,
    );
  });
});
