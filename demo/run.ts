import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { killTree } from "./process-tree";

export interface RunResult {
  readonly code: number;
  /** Standard output and error, as they came. */
  readonly output: string;
  readonly seconds: number;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** File that the output is added to. */
  readonly log: string;
  /** Called with the command's process id. */
  readonly onStart?: (pid: number) => void;
  /** Called with each line as it comes. */
  readonly onLine?: (line: string) => void;
  readonly timeoutSeconds?: number;
}

const running = new Set<number>();

/** Ends the commands that are still running, each with everything that it started. */
export function stopRunning(): void {
  for (const pid of running) killTree(pid);
}

/** Runs a command to its end in a process group of its own. */
export function run(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<RunResult> {
  const began = performance.now();
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { pid } = child;
  if (pid !== undefined) {
    running.add(pid);
    options.onStart?.(pid);
  }
  const log = createWriteStream(options.log, { flags: "a" });
  log.write(`\n$ ${command} ${args.join(" ")}\n`);
  let output = "";
  let rest = "";
  const take = (chunk: Buffer): void => {
    const text = chunk.toString("utf8");
    output += text;
    log.write(text);
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) options.onLine?.(line);
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const limit = setTimeout(
    () => {
      stopRunning();
    },
    (options.timeoutSeconds ?? 900) * 1000,
  );
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(limit);
      if (pid !== undefined) running.delete(pid);
      log.end();
      const seconds = (performance.now() - began) / 1000;
      resolve({ code: code ?? (signal ? 137 : 1), output, seconds });
    });
  });
}
