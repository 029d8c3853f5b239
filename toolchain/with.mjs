// @ts-check
/**
 * Runs a command with the toolchain in its environment, made first if need be.
 * usage: node toolchain/with.mjs [--partial] [--no-engine] COMMAND [ARGUMENT ...]
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { ensureToolchain } from "./ensure.mjs";
import { ToolchainError } from "./run-command.mjs";

const words = process.argv.slice(2);
const flags = new Set();
while (words[0]?.startsWith("--")) flags.add(words.shift());
const [command = "", ...args] = words;

try {
  const toolchain = await ensureToolchain({
    partial: flags.has("--partial"),
    engine: !flags.has("--no-engine"),
  });
  const env = { ...toolchain.env, SWITCHYARD_MISSING: toolchain.missing.join("\n") };
  const child = spawn(command, args, { stdio: "inherit", env });
  // The terminal sends its signals to the whole group; the command ends as it sees fit, then so does this.
  for (const signal of ["SIGINT", "SIGHUP"]) process.on(signal, () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.once("error", (error) => {
    console.error(`switchyard: ${command} could not be started: ${error.message}`);
    process.exit(127);
  });
  child.once("exit", (code, signal) => {
    toolchain.release();
    process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0));
  });
} catch (error) {
  if (!(error instanceof ToolchainError)) throw error;
  console.error(`switchyard: ${error.message}\nsee what is there and what is not: npm run doctor`);
  process.exit(1);
}
