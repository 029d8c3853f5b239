// @ts-check
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { ensureNode, ensureToolchain } from "./ensure.mjs";
import { cache } from "./paths.mjs";
import { explain, ToolchainError } from "./toolchain-error.mjs";

const known = ["--partial", "--no-engine"];

/** @param {string[]} words @param {string} help */
export async function runWith(words, help) {
  const flags = new Set();
  while (words[0]?.startsWith("--")) flags.add(words.shift());
  const [command, ...args] = words;
  if (flags.has("--help")) return console.log(help);
  const unknown = [...flags].find((flag) => !known.includes(flag));
  if (command === undefined || unknown !== undefined) {
    const problem = unknown === undefined ? "no command is named" : `there is no option ${unknown}`;
    console.error(`switchyard: ${problem}\n\n${help}`);
    process.exitCode = 2;
    return;
  }
  try {
    const options = { partial: flags.has("--partial"), engine: !flags.has("--no-engine") };
    const asksForHelp = command === "node" && args.includes("--help");
    run(command, args, await (asksForHelp ? ensureNode() : ensureToolchain(options)));
  } catch (error) {
    process.exitCode = 1;
    report(explain(error));
  }
}

/** @param {unknown} error */
function report(error) {
  if (!(error instanceof ToolchainError)) throw error;
  console.error(`switchyard: ${error.message}\nsee what is there and what is not: npm run doctor`);
}

/** @param {string} command @param {string[]} args @param {import("./ensure.mjs").Toolchain} toolchain */
function run(command, args, { env, missing, use }) {
  const SWITCHYARD_MISSING = missing.join("\n");
  // Node.js keeps there what it has compiled: a third of the time in which a program loads. https://nodejs.org/api/module.html#module-compile-cache
  const NODE_COMPILE_CACHE = process.env["NODE_COMPILE_CACHE"] ?? join(cache, "compiled");
  const child = spawn(command, args, {
    stdio: "inherit",
    env: { ...env, SWITCHYARD_MISSING, NODE_COMPILE_CACHE },
  });
  // The terminal sends its signals to the whole group; the command ends as it sees fit, then so does this.
  for (const signal of ["SIGINT", "SIGHUP", "SIGQUIT"]) process.on(signal, () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  // A command that outlives this process keeps its engine.
  const endUse = child.pid === undefined ? () => undefined : use(child.pid);
  child.once("error", (error) => {
    console.error(`switchyard: ${command} could not be started: ${error.message}`);
    process.exit(127);
  });
  child.once("exit", (code, signal) => {
    endUse();
    process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0));
  });
}
