// @ts-check
/**
 * The Docker engine: used where one answers; on a bare Debian or Ubuntu as root installed and started.
 * One that was started here lives as long as somebody uses it: a keeper process ends it when the last
 * user's process is gone, however that went.
 */
import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  askEngine,
  defaultHost,
  engineAnswers,
  engineEndpoint,
  engineHost,
} from "./engine-api.mjs";
import { addUser } from "./engine-users.mjs";
import { withLock } from "./lock.mjs";
import { cache } from "./paths.mjs";
import { onPath } from "./run-command.mjs";
import { canInstall, installPackages } from "./system-packages.mjs";
import { explain, ToolchainError } from "./toolchain-error.mjs";

const readySeconds = 60;
const guide = "https://docs.docker.com/engine/install/";

/** The engine's own folder is the machine's, not a cache's: whoever may start one shares it. */
const homeOfEngine = () =>
  process.getuid?.() === 0 ? "/run/switchyard-engine" : join(cache, "engine");

/** Why no engine answers and none can be had here, with what to do; nothing if one can. @param {string} host */
export async function engineObstacle(host = engineHost()) {
  if (engineEndpoint(host) === undefined)
    return (
      `the Docker engine ${host} is of no use here: the emulators and their containers meet on this machine's ` +
      "loopback; name one of this machine in DOCKER_HOST (unix:///path or tcp://127.0.0.1:port), or unset it"
    );
  const none = `no Docker engine answers on ${host}`;
  const answer = await askEngine("/_ping", { host });
  if ("failure" in answer && (answer.failure === "EACCES" || answer.failure === "EPERM"))
    return `${none}: your user may not use it; add it to the group with \`sudo usermod -aG docker $USER\`, then log in again`;
  if (host !== defaultHost)
    return `${none}, which DOCKER_HOST or the Docker context names: start that engine, or unset DOCKER_HOST`;
  if (process.platform !== "linux") return `${none}: start Docker Desktop`;
  if (process.getuid?.() !== 0)
    return `${none}: install Docker (${guide}), start it, and let your user reach it`;
  if (!onPath("dockerd") && !canInstall()) return `${none}: install Docker (${guide}) and start it`;
  return undefined;
}

/**
 * @typedef {object} EngineOptions
 * @property {string} [home] where its users, its keeper's log and its own are
 * @property {string} [host] default: the one that the `docker` command would use
 * @property {boolean} [mayStart] default: where nothing is in the way
 * @property {number} [graceMilliseconds] how long it outlives its last user; default 3000
 */

/**
 * @param {import("./progress.mjs").Progress} progress
 * @param {EngineOptions} [options]
 * @returns {Promise<(pid?: number) => () => void>} lets another process use it too; the result ends that use
 */
export async function useEngine(progress, options = {}) {
  const { home = homeOfEngine(), host = engineHost(), mayStart = false } = options;
  const users = join(home, "users");
  /** @type {import("./progress.mjs").Step | undefined} */
  let step;
  try {
    mkdirSync(users, { recursive: true });
    const enter = async () => {
      process.on("exit", addUser(users));
      if (!(await engineAnswers(host))) {
        const obstacle = mayStart ? undefined : await engineObstacle(host);
        if (obstacle !== undefined) throw new ToolchainError(obstacle);
        step = progress.start("engine", "no Docker engine answers: starting one");
        await start(home, host, options.graceMilliseconds ?? 3000, step);
        step.done();
      }
      if (!onPath("docker")) await installClient(progress);
    };
    await withLock(`engine ${home}`, enter);
  } catch (error) {
    step?.failed();
    throw explain(error);
  }
  return (pid) => addUser(users, pid);
}

/** @param {import("./progress.mjs").Progress} progress */
async function installClient(progress) {
  if (!canInstall())
    throw new ToolchainError(
      `a Docker engine answers, but there is no \`docker\` command: ${guide}`,
    );
  const step = progress.start("docker", "the docker command from the distribution");
  // One package has it on newer distributions, another one on older ones.
  await installPackages(["docker-cli"]).catch(() => installPackages(["docker.io"]));
  step.done();
}

/** @param {string} home @param {string} host @param {number} grace in ms @param {import("./progress.mjs").Step} step */
async function start(home, host, grace, step) {
  if (!onPath("dockerd")) {
    step.say("installing docker.io from the distribution (1 min)");
    await installPackages(["docker.io", "iptables", "ca-certificates"]);
    // Where a service manager runs, the installation has started it.
    if (await waitFor(host, 5)) return;
  }
  const log = openSync(join(home, "keeper.log"), "a");
  const script = join(import.meta.dirname, "engine-keeper.mjs");
  const keeper = spawn(process.execPath, [script, home, host, String(grace)], {
    cwd: "/",
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  keeper.unref();
  if (await waitFor(host, readySeconds, () => keeper.exitCode !== null)) return;
  const engineLog = join(home, "dockerd.log");
  const said = existsSync(engineLog) ? readFileSync(engineLog, "utf8").trimEnd() : "";
  throw new ToolchainError(
    [
      "the Docker engine did not start; in a container it needs --privileged. It said:",
      ...said.split("\n").slice(-5),
      `whole log: ${engineLog}`,
    ].join("\n  "),
  );
}

/** @param {string} host @param {number} seconds @param {() => boolean} [hasEnded] */
async function waitFor(host, seconds, hasEnded = () => false) {
  for (let end = Date.now() + seconds * 1000; Date.now() < end && !hasEnded(); await sleep(100))
    if (await engineAnswers(host)) return true;
  return engineAnswers(host);
}
