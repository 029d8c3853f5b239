// @ts-check
/** The Docker engine over its socket: quicker than starting the `docker` command. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { homedir } from "node:os";
import { join } from "node:path";

export const defaultHost = "unix:///var/run/docker.sock";

/**
 * The engine that the `docker` command would use: DOCKER_HOST, else the context that is chosen.
 * https://docs.docker.com/engine/manage-working-with-contexts/
 */
export function engineHost(env = process.env, home = homedir()) {
  if (env["DOCKER_HOST"]) return env["DOCKER_HOST"];
  const folder = env["DOCKER_CONFIG"] || join(home, ".docker");
  const context = env["DOCKER_CONTEXT"] || readJson(join(folder, "config.json"))?.currentContext;
  if (!context || context === "default") return defaultHost;
  const id = createHash("sha256").update(context).digest("hex");
  const meta = readJson(join(folder, "contexts", "meta", id, "meta.json"));
  return meta?.Endpoints?.docker?.Host || defaultHost;
}

/** @param {string} path */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * How to reach an engine from here, or nothing where it can't be: containers and emulators meet on
 * loopback, so an engine of another machine is of no use.
 * @param {string} host @returns {{ socketPath: string } | { host: string, port: number } | undefined}
 */
export function engineEndpoint(host) {
  const socket = /^unix:\/\/(.+)$/.exec(host)?.[1];
  if (socket !== undefined) return { socketPath: socket };
  const [, name = "", port = "2375"] = /^(?:tcp|http):\/\/([^:/]+)(?::(\d+))?\/?$/.exec(host) ?? [];
  const local = name === "localhost" || name.startsWith("127.");
  return local ? { host: name, port: Number(port) } : undefined;
}

/**
 * @param {string} path @param {{ method?: string, host?: string }} [options]
 * @returns {Promise<{ status: number, body: string } | { failure: string }>}
 */
export function askEngine(path, { method = "GET", host = engineHost() } = {}) {
  const endpoint = engineEndpoint(host);
  if (endpoint === undefined) return Promise.resolve({ failure: "unreachable" });
  return new Promise((resolve) => {
    const call = request({ ...endpoint, path, method, timeout: 5000 }, (answer) => {
      let body = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk) => (body += chunk));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body }));
      answer.on("error", () => resolve({ failure: "broken off" }));
    });
    call.on("error", (/** @type {NodeJS.ErrnoException} */ error) =>
      resolve({ failure: error.code ?? error.message }),
    );
    call.on("timeout", () => call.destroy());
    call.end();
  });
}

/** @param {string} path @param {string | undefined} host */
const isOk = async (path, host = engineHost()) => {
  const answer = await askEngine(path, { host });
  return "status" in answer && answer.status === 200;
};

/** @param {string} [host] */
export const engineAnswers = (host) => isOk("/_ping", host);
/** @param {string} reference @param {string} [host] */
export const hasImage = (reference, host) =>
  isOk(`/images/${encodeURIComponent(reference)}/json`, host);

/** Whether the engine runs containers, whoever started them. @param {string} [host] */
export async function runsContainers(host = engineHost()) {
  const answer = await askEngine("/containers/json", { host });
  return "status" in answer && answer.status === 200 && JSON.parse(answer.body).length > 0;
}
