import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { processTree } from "../../demo/process-tree";

interface Process {
  readonly pid: number;
  readonly state: string;
  readonly session: number;
}

/** From /proc, where they are third and sixth, after the name in brackets. */
function processes(): Process[] {
  const found: Process[] = [];
  for (const name of readdirSync("/proc").filter((each) => /^\d+$/.test(each))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const [state = "", , , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      found.push({ pid: Number(name), state, session: Number(session) });
    } catch {
      // it has just ended
    }
  }
  return found;
}

/**
 * Kills all of a session and of its leader's tree, as the loss of a machine does: those that have lost their
 * parent, or made a group of their own, as well.
 *
 * @returns how many there were
 */
export async function killSession(leader: number): Promise<number> {
  const tree = new Set(processTree(leader));
  for (let killed = 0; ;) {
    const alive = processes().filter(
      ({ pid, state, session }) => state !== "Z" && (session === leader || tree.has(pid)),
    );
    if (alive.length === 0) return killed;
    for (const { pid } of alive) {
      try {
        process.kill(pid, "SIGKILL");
        killed++;
      } catch {
        // it has just ended by itself
      }
    }
    await sleep(10);
  }
}
