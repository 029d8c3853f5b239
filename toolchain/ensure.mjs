// @ts-check
/** Makes what a machine lacks, in order, and says what can't be had. Warm, it only looks. */
import { delimiter, dirname, join } from "node:path";
import { onPath, useEngine } from "./engine.mjs";
import { ensurePart, isMade, placeOf } from "./part.mjs";
import { emulatorPart } from "./parts/emulator-venv.mjs";
import { goParts } from "./parts/go.mjs";
import { ensureNodeModules } from "./parts/node-modules.mjs";
import { nodePart } from "./parts/node.mjs";
import { canDownload, downloads, pulumiDownloadPart } from "./parts/pulumi-download.mjs";
import { pulumiHomePart } from "./parts/pulumi-home.mjs";
import { findTerraformAws } from "./parts/terraform-aws.mjs";
import { checkout, lock } from "./paths.mjs";
import { createProgress } from "./progress.mjs";
import { ToolchainError } from "./run-command.mjs";

const steps = 11;

/**
 * @typedef {object} Toolchain
 * @property {NodeJS.ProcessEnv} env the environment that the program, its tests and its demo run in
 * @property {string[]} missing what can't be had here, each with what to do about it; empty if all is there
 * @property {() => void} release to be called at the end: frees the Docker engine
 */

export const nodeBinary = () => join(placeOf(nodePart()), "bin", "node");

/** How Pulumi is had on this machine. @returns {Promise<"modules" | "download" | { missing: string }>} */
export async function pulumiSource(env = process.env) {
  const terraformAws = findTerraformAws();
  if (terraformAws && Object.values(goParts()).every(isMade)) return "modules";
  if (isMade(pulumiDownloadPart({ node: nodeBinary() })) || (await canDownload()))
    return "download";
  if (!terraformAws)
    return {
      missing:
        `Pulumi: ${new URL(downloads(env)).host} can't be reached, and no Terraform AWS provider ${lock.terraformAws} ` +
        "is on this machine. Let the machine reach that host, or put the provider where Terraform looks for it " +
        `(~/.terraform.d/plugins/registry.terraform.io/hashicorp/aws/${lock.terraformAws}/OS_ARCH/)`,
    };
  if (!onPath("go"))
    return {
      missing:
        "Go: Pulumi's download can't be reached, so it is built from Go modules; install Go 1.25 or newer",
    };
  return "modules";
}

/** @param {import("./progress.mjs").Progress} progress @returns {Promise<string>} folder with `bin/` and `home/` */
async function ensurePulumi(progress) {
  const source = await pulumiSource();
  const node = nodeBinary();
  if (source === "download") return ensurePart(pulumiDownloadPart({ node }), progress);
  if (source !== "modules") throw new ToolchainError(source.missing);
  const go = goParts();
  for (const part of Object.values(go)) await ensurePart(part, progress);
  return ensurePart(pulumiHomePart({ node, go, terraformAws: findTerraformAws() ?? "" }), progress);
}

/**
 * @param {{ engine?: boolean, partial?: boolean }} [options] `engine`: whether containers will be run, default true;
 *   `partial`: go on with what can be had, default false
 * @returns {Promise<Toolchain>}
 */
export async function ensureToolchain({ engine = true, partial = false } = {}) {
  const progress = createProgress(steps);
  /** @type {string[]} */
  const missing = [];
  /** @template T @param {() => Promise<T>} work @returns {Promise<T | undefined>} */
  const optional = async (work) => {
    try {
      return await work();
    } catch (error) {
      if (!partial || !(error instanceof ToolchainError)) throw error;
      missing.push(error.message);
      return undefined;
    }
  };
  await ensurePart(nodePart(), progress);
  await ensureNodeModules(nodeBinary(), progress);
  const pulumi = await optional(() => ensurePulumi(progress));
  const emulator = await optional(() => ensurePart(emulatorPart(), progress));
  const release = engine ? await optional(() => useEngine(progress)) : undefined;
  const modules = pulumi?.includes("pulumi-home");
  const base = modules && release ? await optional(() => ensureBaseImage(progress)) : undefined;
  return {
    missing,
    release: release ?? (() => undefined),
    env: {
      ...process.env,
      PATH: [
        ...(pulumi ? [join(pulumi, "bin")] : []),
        dirname(nodeBinary()),
        join(checkout, "node_modules", ".bin"),
        process.env["PATH"],
      ].join(delimiter),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      ...(pulumi && { PULUMI_HOME: join(pulumi, "home") }),
      ...(modules && { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" }),
      ...(emulator && { SWITCHYARD_EMULATOR_PYTHON: join(emulator, "bin", "python") }),
      ...(base && { SWITCHYARD_BASE_IMAGE: base }),
    },
  };
}

/** @param {import("./progress.mjs").Progress} progress @returns {Promise<string>} the image's reference */
async function ensureBaseImage(progress) {
  const { ensureNodeBase } = await import("./images/node-base.mjs");
  return ensureNodeBase({ nodeBinary: nodeBinary(), progress, checkout });
}
