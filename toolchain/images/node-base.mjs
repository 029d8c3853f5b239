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
import { hasImage } from "../engine-api.mjs";
import { withLock } from "../lock.mjs";
import { makeScratch } from "../part.mjs";
import { cache } from "../paths.mjs";
import { explain, reasonIn, ToolchainError } from "../toolchain-error.mjs";
import { archiveRoot, imageConfig, packImage } from "./image-archive.mjs";
import { layOutRoot } from "./node-base-root.mjs";

const run = promisify(execFile);
const REPOSITORY = "switchyard/node-base";
const PACKAGES = ["ca-certificates", "libc6", "libgcc-s1", "libstdc++6", "tzdata"];
const RECIPE = ["node-base-root.mjs", "image-archive.mjs"];

/**
 * @typedef {object} NodeBaseOptions
 * @property {string} nodeBinary
 * @property {string} [version] of it, as it says itself; default: it is asked
 * @property {string} [docker] default: the `docker` on PATH
 * @property {string} [workDir] scratch space, about 300 MB, emptied afterwards; default: the system's
 * @property {(line: string) => void} [onProgress]
 */

/** @param {string} nodeBinary */
const versionOf = async (nodeBinary) => (await run(nodeBinary, ["--version"])).stdout.trim();

/** What names the image: a hash of all that it is made of. @param {string} nodeBinary @param {string} version */
export function referenceOf(nodeBinary, version) {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([version, statSync(nodeBinary).size, process.arch, PACKAGES]));
  for (const file of RECIPE) hash.update(readFileSync(join(import.meta.dirname, file)));
  return `${REPOSITORY}:${version}-${hash.digest("hex").slice(0, 12)}`;
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
export async function buildNodeBase(options) {
  const { nodeBinary, docker = "docker", workDir, onProgress } = options;
  if (!existsSync(nodeBinary)) throw new Error(`no Node binary at ${nodeBinary}`);
  const reference = referenceOf(nodeBinary, options.version ?? (await versionOf(nodeBinary)));
  if (await hasImage(reference)) return reference;
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
 * The same, told as one step of a set-up and once a machine; nothing is said when the image is there.
 * @param {{ nodeBinary: string, version: string, progress: import("../progress.mjs").Progress }} options
 */
export async function ensureNodeBase({ nodeBinary, version, progress }) {
  const reference = referenceOf(nodeBinary, version);
  if (await hasImage(reference)) return reference;
  const step = progress.start("base-image", "Node on Debian's libraries (5 s)");
  const making = async () => {
    if (await hasImage(reference)) return;
    const workDir = makeScratch("base-image", reference.slice(-12));
    await buildNodeBase({ nodeBinary, version, workDir }).finally(() =>
      rmSync(workDir, { recursive: true, force: true }),
    );
  };
  try {
    await withLock(`base-image ${cache}`, making, () =>
      step.say("another run is making it: waiting"),
    );
  } catch (error) {
    step.failed();
    throw asToolchainError(error);
  }
  step.done();
  return reference;
}

/** @param {unknown} error */
function asToolchainError(error) {
  const {
    code,
    path,
    stderr = "",
  } = /** @type {NodeJS.ErrnoException & { stderr?: string }} */ (error);
  if (code === "ENOENT" && /^(apt-get|dpkg-deb)$/.test(path ?? ""))
    return new ToolchainError(
      `the base image is made of Debian packages, and there is no \`${path}\` here: name an image that your ` +
        "engine can pull in SWITCHYARD_BASE_IMAGE (Node.js 22 or newer at /nodejs/bin/node)",
    );
  const said = String(stderr).trim().split("\n").slice(-5).join("\n  ");
  if (said === "") return explain(error);
  const reason = reasonIn(said);
  return new ToolchainError(
    `the base image can't be made${reason === undefined ? "" : `: ${reason}`}\n  ${said}`,
  );
}
