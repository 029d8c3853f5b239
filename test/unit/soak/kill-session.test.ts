import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { killSession } from "../../soak/kill-session";

/** Processes that were started with this in their environment and have not ended. */
function alive(mark: string): number[] {
  const read = (pid: string, file: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, "utf8");
    } catch {
      return ""; // it has ended meanwhile
    }
  };
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid) && read(pid, "environ").includes(`MARK=${mark}`))
    .filter((pid) => !/\) Z /.test(read(pid, "stat")))
    .map(Number);
}

describe("killSession", () => {
  /** Starts a script as a leader of a session, and waits until it says that it is ready. */
  const start = async (mark: string, script: string): Promise<ChildProcess> => {
    const env = { ...process.env, MARK: mark };
    const child = spawn("bash", ["-c", script], {
      detached: true,
      env,
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(child.stdout, "data");
    return child;
  };

  for (const [what, script] of [
    ["a child that has lost its parent", "(sleep 60 &); echo ready; sleep 60"],
    ["a child that made a session of its own", "setsid sleep 60 & echo ready; wait"],
    ["a child that ignores signals", "(trap '' TERM INT; echo ready; sleep 60; sleep 60); wait"],
  ] as const)
    it(`ends a process with ${what}`, async () => {
      const mark = `${process.pid}-${what.replaceAll(" ", "-")}`;
      const child = await start(mark, script);
      while (alive(mark).length < 2) await sleep(5);
      assert.ok(child.pid !== undefined);
      assert.ok((await killSession(child.pid)) >= 2);
      assert.deepEqual(alive(mark), []);
    });
});
