// @ts-check
/** Pulumi's own download of the CLI; the CLI then downloads the plugins itself, the first time they are used. */
import { createWriteStream, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { keyOf, lock } from "../paths.mjs";
import { runCommand, ToolchainError } from "../run-command.mjs";

/** @param {NodeJS.ProcessEnv} [env] */
export const downloads = (env = process.env) =>
  env["SWITCHYARD_PULUMI_DOWNLOADS"] ?? "https://get.pulumi.com/releases/sdk";

/** Whether Pulumi's downloads can be reached from here, within 3 s. @returns {Promise<boolean>} */
export async function canDownload(base = downloads()) {
  try {
    const answer = await fetch(archive(base), {
      method: "HEAD",
      signal: AbortSignal.timeout(3000),
    });
    return answer.ok;
  } catch {
    return false;
  }
}

/** @param {string} base */
const archive = (base) =>
  `${base}/pulumi-v${lock.pulumi}-${process.platform}-${process.arch === "x64" ? "x64" : "arm64"}.tar.gz`;

/** @param {{ node: string }} made @returns {import("../part.mjs").Part} */
export const pulumiDownloadPart = ({ node }) => ({
  name: "pulumi-download",
  key: keyOf([lock.pulumi, node]),
  how: `Pulumi ${lock.pulumi} from Pulumi's own download (30 s)`,
  async make(dir, log) {
    const url = archive(downloads());
    const answer = await fetch(url);
    if (!answer.ok || !answer.body) throw new ToolchainError(`${url} answered ${answer.status}`);
    const file = join(dir, "pulumi.tar.gz");
    await pipeline(Readable.fromWeb(/** @type {any} */ (answer.body)), createWriteStream(file));
    mkdirSync(join(dir, "bin"));
    mkdirSync(join(dir, "home"));
    await runCommand("tar", ["-xzf", file, "-C", join(dir, "bin"), "--strip-components=1"], {
      log,
    });
    rmSync(file);
    symlinkSync(node, join(dir, "bin", "node"));
  },
});
