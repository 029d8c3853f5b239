import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";

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
  return { project: copy, home, remove };
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Removes what runs left that were killed or kept: their emulators, containers and files. @returns how many */
export async function removeLeftRuns(
  which: (pid: number) => boolean = (pid) => !isAlive(pid),
): Promise<number> {
  const { stopEmulatorOf } = await import("../toolchain/emulator.mjs");
  let removed = 0;
  for (const entry of listRuns()) {
    const home = join(runs, entry);
    const kept = readFile(join(home, "kept"));
    const pid = Number(readFile(join(home, "pid")));
    if (kept !== undefined ? !which(0) : !which(pid)) continue;
    for (const account of ["stage", "production"]) await stopEmulatorOf(join(home, account));
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

function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
