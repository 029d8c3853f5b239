import { readdirSync, readFileSync } from "node:fs";

/** Parents of all processes, by pid; from /proc, where they are third and fourth after the name in brackets. */
function parents(): Map<number, number> {
  const found = new Map<number, number>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      found.set(Number(pid), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch {
      // it has just ended
    }
  }
  return found;
}

/** A process and all that it started, itself first. */
export function processTree(root: number, parentOf = parents()): number[] {
  const tree = [root];
  for (const pid of tree)
    for (const [child, parent] of parentOf) if (parent === pid) tree.push(child);
  return tree;
}

/** Ends a process and all that it started, whatever process group that is in. */
export function killTree(root: number): void {
  for (const pid of processTree(root)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // it has just ended by itself
    }
  }
}
