// @ts-check
/** A one-layer image as an archive that `docker load` takes, the same bytes for the same files. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const CREATED = "1970-01-01T00:00:00Z";
const REPRODUCIBLE = ["--sort=name", "--mtime=@0", "--numeric-owner", "--format=gnu"];
const NONROOT = "65532";
const NONROOT_HOME = "./home/nonroot";

/** @param {string} file */
async function sha256(file) {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(/** @type {Buffer} */ (chunk));
  return hash.digest("hex");
}

/**
 * Everything belongs to root, but for the home of the user that services run as.
 * @param {string} root
 * @param {string} layer
 */
export async function archiveRoot(root, layer) {
  const all = ["--owner=0", "--group=0", `--exclude=${NONROOT_HOME}`, "."];
  await run("tar", ["-cf", layer, "-C", root, ...REPRODUCIBLE, ...all]);
  const home = [`--owner=${NONROOT}`, `--group=${NONROOT}`, NONROOT_HOME];
  await run("tar", ["-rf", layer, "-C", root, ...REPRODUCIBLE, ...home]);
}

/** What a container of the image gets unless it is told otherwise. */
export function imageConfig() {
  return {
    User: `${NONROOT}:${NONROOT}`,
    WorkingDir: "/home/nonroot",
    Env: [
      "PATH=/nodejs/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt",
    ],
  };
}

/**
 * @param {{ dir: string, layer: string, reference: string, config: object }} options `layer`: a
 *   file in `dir`
 * @returns {Promise<string>} path of the archive
 */
export async function packImage({ dir, layer, reference, config }) {
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  const description = JSON.stringify({
    architecture,
    os: "linux",
    created: CREATED,
    config,
    rootfs: { type: "layers", diff_ids: [`sha256:${await sha256(layer)}`] },
    history: [{ created: CREATED, created_by: "toolchain/images" }],
  });
  const name = `${createHash("sha256").update(description).digest("hex")}.json`;
  const manifest = [{ Config: name, RepoTags: [reference], Layers: [basename(layer)] }];
  writeFileSync(join(dir, name), description);
  writeFileSync(join(dir, "manifest.json"), JSON.stringify(manifest));
  const archive = join(dir, "image.tar");
  const parts = ["manifest.json", name, basename(layer)];
  await run("tar", ["-cf", archive, "-C", dirname(layer), ...parts]);
  return archive;
}
