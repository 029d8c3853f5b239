// @ts-check
/** What a machine has of the toolchain, what it lacks, and what to do about it; changes nothing. */
import { existsSync } from "node:fs";
import { engineAnswers, engineHost, hasImage } from "./engine-api.mjs";
import { engineObstacle } from "./engine.mjs";
import { referenceOf } from "./images/node-base.mjs";
import { systemObstacle } from "./machine.mjs";
import { isMade, placeOf } from "./part.mjs";
import { emulatorPart } from "./parts/emulator-venv.mjs";
import { hasNodeModules } from "./parts/node-modules.mjs";
import { nodeBinary, nodePart } from "./parts/node.mjs";
import { findTerraformAws } from "./parts/terraform-aws.mjs";
import { lock } from "./paths.mjs";
import { pulumiParts, pulumiSource } from "./pulumi-source.mjs";
import { onPath } from "./run-command.mjs";

/**
 * @typedef {object} Finding
 * @property {string} what
 * @property {"there" | "made when first needed" | "missing"} state
 * @property {string} detail where it is, or what to do
 */

/** @param {import("./part.mjs").Part} part @returns {Finding} */
const ofPart = (part) => ({
  what: part.name,
  state: isMade(part) ? "there" : "made when first needed",
  detail: isMade(part) ? placeOf(part) : part.how,
});

/** @param {string} what @param {string} command @param {string} remedy @returns {Finding[]} */
const ofCommand = (what, command, remedy) =>
  onPath(command) ? [] : [{ what, state: "missing", detail: remedy }];

/** @param {Awaited<ReturnType<typeof pulumiSource>>} source @returns {Finding[]} */
function ofPulumi(source) {
  if (typeof source === "object")
    return [{ what: "Pulumi", state: "missing", detail: source.missing }];
  const parts = pulumiParts(source).map(ofPart);
  if (source === "download") return parts;
  const what = `Terraform AWS provider ${lock.terraformAws}`;
  return [{ what, state: "there", detail: findTerraformAws() ?? "" }, ...parts];
}

/** @returns {Promise<Finding>} */
async function ofEngine() {
  const what = "Docker engine";
  if (await engineAnswers()) return { what, state: "there", detail: engineHost() };
  const obstacle = await engineObstacle();
  if (obstacle !== undefined) return { what, state: "missing", detail: obstacle };
  const detail = "installed and started by itself, ended after use";
  return { what, state: "made when first needed", detail };
}

/** @param {Awaited<ReturnType<typeof pulumiSource>>} source @returns {Promise<Finding>} */
async function ofBaseImage(source) {
  const what = "base image";
  const given = process.env["SWITCHYARD_BASE_IMAGE"];
  if (given) return { what, state: "there", detail: `${given}, from SWITCHYARD_BASE_IMAGE` };
  if (source === "download")
    return { what, state: "made when first needed", detail: "pulled as app/Dockerfile pins it" };
  const reference = existsSync(nodeBinary()) && referenceOf(nodeBinary(), `v${lock.node}`);
  if (reference && (await hasImage(reference))) return { what, state: "there", detail: reference };
  return { what, state: "made when first needed", detail: "Node on Debian's libraries (5 s)" };
}

/** @param {Awaited<ReturnType<typeof pulumiSource>>} source @returns {string} */
const modeOf = (source) =>
  source === "download"
    ? "official: Pulumi's own download, images from their registries"
    : source === "modules"
      ? "registries only: Pulumi built from Go modules, base image of Debian packages"
      : "none: Pulumi can't be had here";

/** @returns {Promise<{ mode: string, findings: Finding[] }>} */
export async function findings() {
  const system = systemObstacle();
  const source = await pulumiSource();
  return {
    mode: modeOf(source),
    findings: [
      ...(system === undefined
        ? []
        : [{ what: "system", state: /** @type {const} */ ("missing"), detail: system }]),
      ofPart(nodePart()),
      ...ofCommand("npm", "npm", "install Node.js with npm (https://nodejs.org/en/download)"),
      {
        what: "packages",
        state: hasNodeModules() ? "there" : "made when first needed",
        detail: "node_modules, by package-lock.json",
      },
      ...ofPulumi(source),
      ofPart(emulatorPart()),
      await ofEngine(),
      await ofBaseImage(source),
    ],
  };
}
