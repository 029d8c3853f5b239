import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const runs = join(__dirname, "..", "..", ".switchyard");

/** Processes that name the run's folder in their command or their environment. */
export function processesOf(name: string): string[] {
  const read = (pid: string, file: string): string => {
    try {
      return readFileSync(join("/proc", pid, file), "utf8").replaceAll("\0", " ");
    } catch {
      return ""; // it has ended meanwhile
    }
  };
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .filter((pid) => `${read(pid, "cmdline")} ${read(pid, "environ")}`.includes(join(runs, name)))
    .map((pid) => `${pid} ${read(pid, "cmdline").slice(0, 200)}`);
}

export function end(each: string): void {
  try {
    process.kill(Number.parseInt(each), "SIGKILL");
  } catch {
    // it has ended meanwhile
  }
}
