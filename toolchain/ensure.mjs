// @ts-check
/** Makes what a machine lacks, in order, and says what can't be had. Warm, it only looks. */
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { engineAnswers, engineHost } from "./engine-api.mjs";
import { useEngine } from "./engine.mjs";
import { ensureNodeBase } from "./images/node-base.mjs";
import { requireSystem } from "./machine.mjs";
import { ensurePart, isMade } from "./part.mjs";
import { emulatorPart } from "./parts/emulator-venv.mjs";
import { ensureNodeModules, hasNodeModules } from "./parts/node-modules.mjs";
import { nodeBinary, nodePart } from "./parts/node.mjs";
import { checkout, lock } from "./paths.mjs";
import { createProgress } from "./progress.mjs";
import { pulumiParts, pulumiSource } from "./pulumi-source.mjs";
import { ToolchainError } from "./toolchain-error.mjs";

/**
 * @typedef {object} Toolchain
 * @property {NodeJS.ProcessEnv} env the environment that the program, its tests and its demo run in
 * @property {string[]} missing what can't be had here, each with what to do about it; empty if all is there
 * @property {(pid?: number) => () => void} use lets another process use the Docker engine too; the result ends that use
 */

/** Node.js and the packages alone: what a command of this project needs to say how it is used. @returns {Promise<Toolchain>} */
export async function ensureNode() {
  requireSystem();
  const lacking = [isMade(nodePart()), hasNodeModules()].filter((made) => !made);
  const progress = createProgress(lacking.length);
  await ensurePart(nodePart(), progress);
  await ensureNodeModules(nodeBinary(), progress);
  return {
    missing: [],
    use: () => () => undefined,
    env: { ...process.env, PATH: searchPath() },
  };
}

/**
 * @param {{ engine?: boolean, partial?: boolean }} [options] `engine`: whether containers will be run, default true;
 *   `partial`: go on with what can be had, default false
 * @returns {Promise<Toolchain>}
 */
export async function ensureToolchain({ engine = true, partial = false } = {}) {
  requireSystem();
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
  const source = await pulumiSource();
  const pulumiWanted = typeof source === "string" ? pulumiParts(source) : [];
  const parts = [nodePart(), ...pulumiWanted, emulatorPart()];
  const lacking = [
    ...parts.filter((part) => !isMade(part)),
    ...(hasNodeModules() ? [] : ["packages"]),
    ...(engine && !(await engineAnswers()) ? ["engine"] : []),
  ];
  const progress = createProgress(lacking.length);

  await ensurePart(nodePart(), progress);
  await ensureNodeModules(nodeBinary(), progress);
  const pulumi = await optional(async () => {
    if (typeof source !== "string") throw new ToolchainError(source.missing);
    let place = "";
    // Each is made of those before it.
    for (const part of pulumiWanted) place = await ensurePart(part, progress);
    return place;
  });
  const emulator = await optional(() => ensurePart(emulatorPart(), progress));
  const use = engine ? await optional(() => useEngine(progress)) : undefined;
  const isBuilt = pulumi !== undefined && source === "modules";
  const base = isBuilt && use ? await optional(() => baseImage(progress)) : undefined;
  return {
    missing,
    use: use ?? (() => () => undefined),
    env: {
      ...process.env,
      PATH: searchPath(...(pulumi ? [join(pulumi, "bin")] : [])),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      ...(pulumi && homeOf(pulumi)),
      ...(isBuilt && { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" }),
      ...(emulator && { SWITCHYARD_EMULATOR_PYTHON: join(emulator, "bin", "python") }),
      ...(use && { DOCKER_HOST: engineHost() }),
      ...(base && { SWITCHYARD_BASE_IMAGE: base }),
    },
  };
}

/** @param {string[]} first @returns {string} */
function searchPath(...first) {
  const own = [dirname(nodeBinary()), join(checkout, "node_modules", ".bin")];
  return [...first, ...own, process.env["PATH"]].join(delimiter);
}

/** Plugins are the toolchain's; who is logged in to which backend stays the user's. @param {string} pulumi */
function homeOf(pulumi) {
  const own = process.env["PULUMI_HOME"] || join(homedir(), ".pulumi");
  return {
    PULUMI_HOME: join(pulumi, "home"),
    PULUMI_CREDENTIALS_PATH: process.env["PULUMI_CREDENTIALS_PATH"] || own,
  };
}

/** @param {import("./progress.mjs").Progress} progress @returns {Promise<string>} the image's reference */
async function baseImage(progress) {
  const given = process.env["SWITCHYARD_BASE_IMAGE"];
  if (given) return given;
  return ensureNodeBase({ nodeBinary: nodeBinary(), version: `v${lock.node}`, progress });
}
