import { readdir, readFile } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import { join, resolve } from "node:path";

/** An update that is under way. */
export interface RunningUpdate {
  /** `user@host (process 123)`, where it is known. */
  readonly by?: string;
  /** ISO 8601. */
  readonly since?: string;
  /** Whether the process that began it is known to be gone. */
  readonly gone?: boolean;
}

interface Lock {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  readonly timestamp: string;
}

/** Folder of a backend in files, from its address; nothing for any other backend. */
export function backendFolder(url: string, dir: string, home = homedir()): string | undefined {
  if (!url.startsWith("file://")) return undefined;
  const path = decodeURIComponent(url.slice("file://".length).replace(/\?.*$/, ""));
  return resolve(dir, path.replace(/^~(?=\/|$)/, home) || ".");
}

/**
 * The lock of an update of a stack in a backend of files. Other backends either tell of a running
 * update in the stack's history, or only when an update is begun.
 *
 * @param stack without organization and project
 */
export async function readLock(
  folder: string,
  project: string,
  stack: string,
): Promise<RunningUpdate | undefined> {
  const locks = join(folder, ".pulumi", "locks");
  for (const place of [join(locks, "organization", project, stack), join(locks, stack)]) {
    const names = await readdir(place).catch(() => []);
    for (const name of names.filter((each) => each.endsWith(".json"))) {
      const text = await readFile(join(place, name), "utf8").catch(() => undefined);
      if (text !== undefined) return describe(text);
    }
  }
  return undefined;
}

function describe(text: string): RunningUpdate {
  try {
    const lock = JSON.parse(text) as Lock;
    return {
      by: `${lock.username}@${lock.hostname} (process ${lock.pid})`,
      since: new Date(lock.timestamp).toISOString(),
      gone: lock.hostname === hostname() && !isAlive(lock.pid),
    };
  } catch {
    return {};
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
