// @ts-check
/** Downloads over TLS that go on where a killed run stopped. */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, mkdirSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ToolchainError } from "../toolchain-error.mjs";

const textSeconds = 10;
const idleSeconds = 60;

/** Nothing is fetched in the clear, unless it comes from this machine. @param {string} url */
export function requireTls(url) {
  const { protocol, hostname } = new URL(url);
  if (protocol !== "https:" && !["localhost", "127.0.0.1"].includes(hostname))
    throw new ToolchainError(`${url} is not fetched: only https is`);
}

/** @param {string} url @param {RequestInit} init */
async function get(url, init) {
  requireTls(url);
  const answer = await fetch(url, init).catch((error) => {
    const { message, cause } = /** @type {Error} */ (error);
    const why = cause instanceof Error ? cause.message : message;
    throw new ToolchainError(`${url} can't be fetched: ${why}`);
  });
  // A redirect may have led elsewhere.
  requireTls(answer.url);
  return answer;
}

/** @param {string} url @returns {Promise<string | undefined>} nothing if there is no such file */
export async function fetchText(url) {
  const answer = await get(url, { signal: AbortSignal.timeout(textSeconds * 1000) });
  return answer.ok ? answer.text() : undefined;
}

/** Adds to what an earlier run has of it. @param {string} url @param {string} file */
export async function download(url, file) {
  mkdirSync(dirname(file), { recursive: true });
  const have = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const idle = new AbortController();
  const headers = have > 0 ? { range: `bytes=${have}-` } : {};
  const answer = await get(url, { headers, signal: idle.signal });
  if (answer.status === 416) return;
  if (!answer.ok || !answer.body) throw new ToolchainError(`${url} answered ${answer.status}`);
  const flags = answer.status === 206 ? "a" : "w";
  let timer = setTimeout(() => idle.abort(), idleSeconds * 1000);
  const body = Readable.fromWeb(/** @type {any} */ (answer.body));
  body.on("data", () => timer.refresh());
  try {
    await pipeline(body, createWriteStream(file, { flags }));
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === "ENOSPC" || code === "EDQUOT") {
      rmSync(file, { force: true });
      throw error;
    }
    throw new ToolchainError(
      `${url} broke off (${message}): run the same command again, it goes on where it stopped`,
    );
  } finally {
    clearTimeout(timer);
  }
}

/** @param {string} file */
export async function sha256Of(file) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
