// @ts-check
/** Runs a command with its output in a log file; a failure carries the last lines of it. */
import { spawn } from "node:child_process";
import { appendFileSync, closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import {
  commandMissing,
  diskFull,
  fullFolder,
  reasonIn,
  ToolchainError,
} from "./toolchain-error.mjs";

/** @param {string} command @param {NodeJS.ProcessEnv} [env] @returns {string | undefined} the folder that has it */
export const onPath = (command, env = process.env) =>
  (env["PATH"] ?? "")
    .split(delimiter)
    .concat("/usr/sbin", "/sbin")
    .find((folder) => existsSync(join(folder, command)));

/**
 * Ends the command and all that it started when this process is gone, however it went: the pipe then
 * closes. A half-dead installer must not write on beside the next one.
 */
const guarded =
  'exec 3<&0; "$@" </dev/null 3<&- & child=$!; { cat <&3 >/dev/null; kill -9 0; } & exec 3<&-; wait $child';

/**
 * @param {string} command @param {readonly string[]} args
 * @param {{ log: string, cwd?: string, env?: NodeJS.ProcessEnv }} options `log`: path of the log file
 */
export async function runCommand(command, args, { log, cwd, env = process.env }) {
  if (isAbsolute(command) ? !existsSync(command) : !onPath(command, env))
    throw commandMissing(command);
  mkdirSync(dirname(log), { recursive: true });
  appendFileSync(log, `\n$ ${command} ${args.join(" ")}\n`);
  const out = openSync(log, "a");
  const code = await new Promise((resolve, reject) => {
    const child = spawn("/bin/sh", ["-c", guarded, "guard", command, ...args], {
      cwd,
      env,
      detached: true,
      stdio: ["pipe", out, out],
    });
    child.once("error", reject);
    child.once("exit", (status, signal) => {
      child.stdin?.destroy();
      resolve(status ?? signal);
    });
  }).finally(() => closeSync(out));
  if (code === 0) return;
  const full = fullFolder();
  if (full !== undefined) throw diskFull(full);
  const text = readFileSync(log, "utf8").trimEnd();
  const said = text.slice(text.lastIndexOf(`\n$ ${command} `) + 1).split("\n");
  const tail = said.slice(1).slice(-8);
  if (tail.some((line) => /ENOSPC|no space left on device/i.test(line))) throw diskFull();
  const reason = reasonIn(said.slice(-200).join("\n"));
  throw new ToolchainError(
    [
      `${command} ${args[0] ?? ""} ended with ${code}${reason === undefined ? "" : `: ${reason}`}`,
      ...tail.map((line) => `  ${line}`),
      `  whole log: ${log}`,
    ].join("\n"),
  );
}
