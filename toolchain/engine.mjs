// @ts-check
/**
 * The Docker engine: used where one answers; on a bare Debian or Ubuntu as root installed and started.
 * One that was started here lives as long as somebody uses it: a keeper process ends it when the last
 * user's process is gone, however that went.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { engineAnswers, engineSocket } from "./engine-api.mjs";
import { withLock } from "./lock.mjs";
import { cache } from "./paths.mjs";
import { runCommand, ToolchainError } from "./run-command.mjs";

const home = join(cache, "engine");
export const users = join(home, "users");

/** @param {string} command */
export const onPath = (command) =>
  (process.env["PATH"] ?? "")
    .split(delimiter)
    .concat("/usr/sbin", "/sbin")
    .find((folder) => existsSync(join(folder, command)));

/** Why an engine cannot be had here, or nothing. */
export function engineObstacle() {
  if (process.platform !== "linux")
    return "start Docker Desktop (or any engine that DOCKER_HOST names)";
  if (process.getuid?.() !== 0)
    return `install Docker (https://docs.docker.com/engine/install/), start it, and let your user reach ${engineSocket()}`;
  if (!onPath("dockerd") && !onPath("apt-get"))
    return "install a Docker engine: https://docs.docker.com/engine/install/";
  return undefined;
}

/** @param {import("./progress.mjs").Progress} progress @returns {Promise<() => void>} to be called when the engine is no longer needed */
export async function useEngine(progress) {
  mkdirSync(users, { recursive: true });
  const lease = join(users, String(process.pid));
  writeFileSync(lease, "");
  const release = () => rmSync(lease, { force: true });
  process.on("exit", release);
  if (await engineAnswers()) return release;
  const obstacle = engineObstacle();
  if (obstacle)
    throw new ToolchainError(`no Docker engine answers on ${engineSocket()}: ${obstacle}`);
  await withLock(
    "engine",
    () => start(progress),
    () => undefined,
  );
  return release;
}

/** @param {import("./progress.mjs").Progress} progress */
async function start(progress) {
  if (await engineAnswers()) return;
  const step = progress.start("engine", "no Docker engine answers: starting one");
  try {
    if (!onPath("dockerd")) {
      step.say("installing docker.io from the distribution (1 min)");
      const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
      const log = join(cache, "logs", "engine.log");
      await runCommand("apt-get", ["update", "-q"], { log, env });
      const packages = ["docker.io", "iptables", "ca-certificates"];
      await runCommand("apt-get", ["install", "-q", "-y", "--no-install-recommends", ...packages], {
        log,
        env,
      });
    }
    const log = openSync(join(home, "keeper.log"), "a");
    spawn(process.execPath, [join(import.meta.dirname, "engine-keeper.mjs")], {
      detached: true,
      stdio: ["ignore", log, log],
    }).unref();
    for (let waited = 0; !(await engineAnswers()); waited += 200) {
      if (waited > 60_000)
        throw new ToolchainError(
          `the Docker engine did not answer within 60 s: see ${join(home, "dockerd.log")}`,
        );
      await sleep(200);
    }
    step.done();
  } catch (error) {
    step.failed();
    throw error;
  }
}
