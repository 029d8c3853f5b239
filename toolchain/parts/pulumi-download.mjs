// @ts-check
/** Pulumi's own download of the CLI; the CLI then downloads the plugins itself, the first time they are used. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { cache, keyOf, lock } from "../paths.mjs";
import { runCommand } from "../run-command.mjs";
import { ToolchainError } from "../toolchain-error.mjs";
import { download, fetchText, requireTls, sha256Of } from "./download.mjs";

/** @param {NodeJS.ProcessEnv} [env] */
export const downloads = (env = process.env) =>
  (env["SWITCHYARD_PULUMI_DOWNLOADS"] || "https://get.pulumi.com/releases/sdk").replace(/\/+$/, "");

/** Whether Pulumi's downloads can be reached from here, within 3 s. @returns {Promise<boolean>} */
export async function canDownload(base = downloads()) {
  try {
    requireTls(base);
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

/** The hash that Pulumi publishes beside the archives of a release. @param {string} url @returns {Promise<string>} */
async function publishedHash(url) {
  const sums = `${downloads()}/pulumi-${lock.pulumi}-checksums.txt`;
  const name = basename(url);
  const lines = ((await fetchText(sums)) ?? "").split("\n").map((line) => line.trim().split(/\s+/));
  const hash = lines.find((words) => words[1]?.replace(/^\*/, "") === name)?.[0];
  if (hash === undefined || !/^[0-9a-f]{64}$/.test(hash))
    throw new ToolchainError(`${sums} has no hash of ${name}: it is not used unproven`);
  return hash;
}

/** @param {{ node: string }} made @returns {import("../part.mjs").Part} */
export const pulumiDownloadPart = ({ node }) => ({
  name: "pulumi-download",
  key: keyOf([lock.pulumi, node]),
  how: `Pulumi ${lock.pulumi} from Pulumi's own download (30 s)`,
  proof: "bin/pulumi",
  async make(dir, log) {
    const url = archive(downloads());
    const hash = await publishedHash(url);
    const file = join(cache, "downloads", basename(url));
    await download(url, file);
    const found = await sha256Of(file);
    if (found !== hash) {
      rmSync(file);
      throw new ToolchainError(
        `${url} came with hash ${found}, but ${hash} was published: it is thrown away; run the same command again`,
      );
    }
    const bin = join(dir, "bin");
    mkdirSync(bin);
    await runCommand("tar", ["-xzf", file, "-C", bin, "--strip-components=1"], { log });
    requireVersion(join(bin, "pulumi"));
    symlinkSync(node, join(bin, "node"));
    rmSync(file);
  },
});

/** @param {string} pulumi */
function requireVersion(pulumi) {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const found = execFileSync(pulumi, ["version"], { encoding: "utf8", env, stdio: "pipe" }).trim();
  if (found !== `v${lock.pulumi}`)
    throw new ToolchainError(`the download of Pulumi ${lock.pulumi} holds ${found}`);
}
