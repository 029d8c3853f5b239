// @ts-check
/** Runs a command with its output in a log file; a failure carries the last lines of it. */
import { spawn } from "node:child_process";
import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

/** What a machine lacks and what to do about it: said to the user without a stack trace. */
export class ToolchainError extends Error {}

/**
 * @param {string} command @param {readonly string[]} args
 * @param {{ log: string, cwd?: string, env?: NodeJS.ProcessEnv }} options `log`: path of the log file
 */
export async function runCommand(command, args, { log, cwd, env = process.env }) {
  mkdirSync(dirname(log), { recursive: true });
  appendFileSync(log, `\n$ ${command} ${args.join(" ")}\n`);
  const out = openSync(log, "a");
  const code = await new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", out, out] });
    child.once("error", reject);
    child.once("exit", (status, signal) => resolve(status ?? signal));
  }).finally(() => closeSync(out));
  if (code !== 0) {
    const tail = readFileSync(log, "utf8").trimEnd().split("\n").slice(-8).join("\n  ");
    throw new ToolchainError(
      `${command} ${args[0] ?? ""} ended with ${code}:\n  ${tail}\n  whole log: ${log}`,
    );
  }
}
