// @ts-check
/** The Docker engine over its socket: quicker than starting the `docker` command. */
import { request } from "node:http";

/** Path of the engine's socket, from DOCKER_HOST where that names one. */
export const engineSocket = (env = process.env) =>
  env["DOCKER_HOST"]?.replace(/^unix:\/\//, "") ?? "/var/run/docker.sock";

/** @param {string} path @param {string} [method] @returns {Promise<{ status: number, body: string } | undefined>} nothing if no engine answers */
export function askEngine(path, method = "GET") {
  return new Promise((resolve) => {
    const call = request({ socketPath: engineSocket(), path, method, timeout: 5000 }, (answer) => {
      let body = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk) => (body += chunk));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body }));
    });
    call.on("error", () => resolve(undefined));
    call.on("timeout", () => call.destroy());
    call.end();
  });
}

export const engineAnswers = async () => (await askEngine("/_ping"))?.status === 200;
/** @param {string} reference */
export const hasImage = async (reference) =>
  (await askEngine(`/images/${encodeURIComponent(reference)}/json`))?.status === 200;
