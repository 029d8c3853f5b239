// @ts-check
/**
 * The base image for machines that reach no image registry: a pinned Node on the libraries of
 * Debian packages, unpacked into an empty root, the way distroless images are made.
 *
 * The archive is put together here rather than by a builder, so that the same inputs give the same
 * image id. Its tag carries the hash of the inputs, and a tag that exists is not made again.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { archiveRoot, imageConfig, packImage } from "./image-archive.mjs";
import { layOutRoot } from "./node-base-root.mjs";

const run = promisify(execFile);
const REPOSITORY = "switchyard/node-base";
const PACKAGES = ["ca-certificates", "libc6", "libgcc-s1", "libstdc++6", "tzdata"];
const RECIPE = ["node-base.mjs", "node-base-root.mjs", "image-archive.mjs"];

/**
 * @typedef {object} NodeBaseOptions
 * @property {string} nodeBinary
 * @property {string} [docker] default: the `docker` on PATH
 * @property {string} [workDir] scratch space, about 300 MB, emptied afterwards; default: the system's
 * @property {(line: string) => void} [onProgress]
 */

/** @param {string} nodeBinary */
async function referenceOf(nodeBinary) {
  const { stdout: version } = await run(nodeBinary, ["--version"]);
  const hash = createHash("sha256");
  hash.update(JSON.stringify([version.trim(), statSync(nodeBinary).size, process.arch, PACKAGES]));
  for (const file of RECIPE) hash.update(readFileSync(join(import.meta.dirname, file)));
  return `${REPOSITORY}:${version.trim()}-${hash.digest("hex").slice(0, 12)}`;
}

/**
 * @param {string} docker
 * @param {string} reference
 */
async function isPresent(docker, reference) {
  const { stdout } = await run(docker, ["images", "--quiet", reference]);
  return stdout.trim() !== "";
}

/**
 * Downloads need no rights: where the system's package lists are missing, own ones are fetched.
 * @param {string} dir
 */
async function downloadPackages(dir) {
  const packages = join(dir, "packages");
  mkdirSync(packages, { recursive: true });
  const options = { cwd: packages, maxBuffer: 1 << 26 };
  try {
    await run("apt-get", ["download", ...PACKAGES], options);
  } catch {
    const lists = join(dir, "lists");
    mkdirSync(join(lists, "partial"), { recursive: true });
    const own = ["-o", `Dir::State::lists=${lists}`, "-o", `Dir::Cache=${dir}`];
    await run("apt-get", [...own, "update"], options);
    await run("apt-get", [...own, "download", ...PACKAGES], options);
  }
  return packages;
}

/**
 * @param {NodeBaseOptions} options
 * @returns {Promise<string>} the image's reference
 */
export async function buildNodeBase({ nodeBinary, docker = "docker", workDir, onProgress }) {
  if (!existsSync(nodeBinary)) throw new Error(`no Node binary at ${nodeBinary}`);
  const reference = await referenceOf(nodeBinary);
  if (await isPresent(docker, reference)) return reference;
  if (workDir !== undefined) mkdirSync(workDir, { recursive: true });
  const dir = mkdtempSync(join(workDir ?? tmpdir(), "node-base-"));
  try {
    onProgress?.(`downloading ${PACKAGES.length} Debian packages`);
    const packages = await downloadPackages(dir);
    onProgress?.("unpacking them");
    const root = join(dir, "root");
    await layOutRoot({ root, packages, nodeBinary });
    onProgress?.(`making ${reference}`);
    const layer = join(dir, "layer.tar");
    await archiveRoot(root, layer);
    const archive = await packImage({ dir, layer, reference, config: imageConfig() });
    await run(docker, ["load", "--quiet", "--input", archive]);
    onProgress?.(`made ${reference}`);
    return reference;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/**
 * The same, told as one step of a set-up; nothing is said when the image is there.
 * @param {{ nodeBinary: string, progress: import("../progress.mjs").Progress, checkout?: string }} options
 */
export async function ensureNodeBase({ nodeBinary, progress }) {
  /** @type {import("../progress.mjs").Step | undefined} */
  let step;
  try {
    const reference = await buildNodeBase({
      nodeBinary,
      onProgress: () => {
        step ??= progress.start("base image", "Node on Debian's libraries (5 s)");
      },
    });
    step?.done();
    return reference;
  } catch (error) {
    step?.failed();
    throw error;
  }
}
