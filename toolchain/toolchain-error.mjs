// @ts-check
/** What a machine lacks, and what to do about it: said to the user without a stack trace. */
import { statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { cache } from "./paths.mjs";

export class ToolchainError extends Error {
  /** @override */
  name = "ToolchainError";
}

const goesOn = "then run the same command again: it goes on where it stopped";
/** A set-up that has less left than this has failed for want of it, whatever the tool said. */
const leastFreeBytes = 32 * 1024 * 1024;

/** How each tool that is not brought along is had. @type {Record<string, string>} */
const remedies = {
  npm: "install Node.js with npm (https://nodejs.org/en/download)",
  go: "install Go 1.25 or newer (https://go.dev/dl)",
  python3: "install Python 3.11 or newer with venv (Debian, Ubuntu: apt-get install python3-venv)",
  docker: "install Docker's command (https://docs.docker.com/engine/install/)",
};

/** @param {string} command */
export const commandMissing = (command) =>
  new ToolchainError(
    `there is no \`${command}\` on PATH: ${remedies[command] ?? `install ${command}`}, ${goesOn}`,
  );

export const diskFull = (folder = cache) =>
  new ToolchainError(
    `the disk is full: ${folder} needs about 3 GB while the toolchain is made, 1 GB after; free some space or ` +
      `set SWITCHYARD_CACHE to a folder on another disk, ${goesOn}`,
  );

/** @param {string[]} folders @returns {string | undefined} the first that has no room left */
export const fullFolder = (folders = [cache, tmpdir()]) =>
  folders.find((folder) => {
    try {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize < leastFreeBytes;
    } catch {
      return false;
    }
  });

const noNetwork =
  /EAI_AGAIN|ENOTFOUND|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ECONNREFUSED|no such host|Network is unreachable|name resolution|i\/o timeout|connection refused|No matching distribution/i;

/**
 * What the end of a tool's log says that the tool does not: which of the few usual reasons it was.
 * @param {string} tail @returns {string | undefined}
 */
export function reasonIn(tail) {
  if (/ensurepip|No module named venv/i.test(tail))
    return "this Python has no venv: apt-get install python3-venv (Debian, Ubuntu)";
  if (noNetwork.test(tail))
    return (
      "its registry can't be reached: connect this machine to the network, or name a mirror " +
      "(npm: `npm config set registry`, PyPI: PIP_INDEX_URL, Go: GOPROXY)"
    );
  return undefined;
}

/** @type {Record<string, string>} */
const unwritable = {
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EROFS: "the file system is read-only",
  ENOTDIR: "a part of the path is a file",
  EEXIST: "it is a file",
};

/** A failed call of the file system, or of anything else, as the user is to read it. @param {unknown} error @returns {unknown} */
export function explain(error) {
  if (error instanceof ToolchainError || !(error instanceof Error)) return error;
  const { code, path = cache } = /** @type {NodeJS.ErrnoException} */ (error);
  if (code === "ENOSPC" || code === "EDQUOT") return diskFull();
  const why = unwritable[code ?? ""];
  if (why)
    return new ToolchainError(
      `${path} can't be written: ${why}; set SWITCHYARD_CACHE to a folder that you may write to, ${goesOn}`,
    );
  return error;
}
