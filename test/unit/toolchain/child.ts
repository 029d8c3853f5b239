import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Real processes that use the toolchain's modules, each with a cache of its own. */

export const toolchain = join(__dirname, "..", "..", "..", "toolchain");

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Standard output and error, as they came. */
  readonly output: string;
}

export interface Child {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Waits until it has written a text. */
  saw(text: string): Promise<void>;
  /** `kill -9`, and waits for its end. */
  kill(): Promise<Ended>;
}

const running = new Set<ChildProcess>();

export function start(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  detached = false,
): Child {
  const child = spawn(command, args, {
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached,
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  let output = "";
  const take = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve({ code, signal, output });
    });
  });
  return {
    process: child,
    ended,
    async saw(text) {
      while (!output.includes(text)) {
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`ended without ${text}:\n${(await ended).output}`);
        await sleep(5);
      }
    },
    kill() {
      child.kill("SIGKILL");
      return ended;
    },
  };
}

/** Runs a script that may import the toolchain's modules by `TOOLCHAIN/name.mjs`. */
export function script(text: string, env: NodeJS.ProcessEnv = {}): Child {
  const source = text.replaceAll("TOOLCHAIN", toolchain);
  return start(process.execPath, ["--input-type=module", "-e", source], env);
}

/** A folder that goes when the test has ended. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "toolchain-"));
  try {
    return await use(folder);
  } finally {
    for (const child of running) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** One that has ended and whom nobody has asked how is not. */
export function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

export async function until(what: string, holds: () => boolean, seconds = 5): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!holds()) {
    await sleep(10);
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
  }
}
