import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { removeImages } from "./images";

const project = join(__dirname, "..");
const runs = join(project, ".switchyard");
const left = new Set(["node_modules", ".git", ".switchyard", "dist", "test", "docs", "bench"]);

/** A copy of the project to deploy from, so that a run never touches the checkout. */
export interface Workspace {
  /** The copy; `pulumi` runs here. */
  readonly project: string;
  /** Logs, the state of the stacks, what the emulators keep. */
  readonly home: string;
  remove(): void;
  /** Takes the logs out of what `remove` removes. @returns where they are until the next demo */
  rescueLogs(): string;
}

export function createWorkspace(name: string): Workspace {
  const home = join(runs, `${name}-${process.pid}`);
  const copy = join(home, "project");
  mkdirSync(join(home, "state"), { recursive: true });
  writeFileSync(join(home, "pid"), String(process.pid));
  for (const entry of readdirSync(project).filter((name) => !left.has(name)))
    cpSync(join(project, entry), join(copy, entry), {
      recursive: true,
      filter: (path) => !left.has(basename(path)),
    });
  symlinkSync(join(project, "node_modules"), join(copy, "node_modules"));
  const remove = (): void => {
    rmSync(home, { recursive: true, force: true });
  };
  const rescueLogs = (): string => {
    const logs = join(runs, `${name}-failed`);
    rmSync(logs, { recursive: true, force: true });
    const isLog = (path: string): boolean => statSync(path).isDirectory() || path.endsWith(".log");
    cpSync(home, logs, { recursive: true, filter: (path) => path !== copy && isLog(path) });
    return logs;
  };
  return { project: copy, home, remove, rescueLogs };
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/**
 * Removes what runs left that were killed or that failed: their emulators, containers and files.
 *
 * @param kept also what runs left on purpose
 * @returns how many runs there were
 */
export async function removeLeftRuns(kept = false): Promise<number> {
  const { stopEmulatorOf } = await import("../toolchain/emulator.mjs");
  let removed = 0;
  for (const entry of listRuns()) {
    const home = join(runs, entry);
    const isLeft = existsSync(join(home, "kept")) ? kept : !isAlive(pidOf(home));
    if (!isLeft) continue;
    for (const account of ["stage", "production"]) {
      const registry = await stopEmulatorOf(join(home, account));
      if (registry !== undefined) await removeImages(registry);
    }
    rmSync(home, { recursive: true, force: true });
    removed++;
  }
  return removed;
}

function listRuns(): string[] {
  try {
    return readdirSync(runs);
  } catch {
    return [];
  }
}

/** Of the process whose run it is; none for the logs of a failed one. */
function pidOf(home: string): number {
  try {
    return Number(readFileSync(join(home, "pid"), "utf8"));
  } catch {
    return NaN;
  }
}
