// @ts-check
/** Says what a machine has of the toolchain, what it lacks, and what to do about it; changes nothing. */
import { styleText } from "node:util";
import { engineAnswers, engineSocket } from "./engine-api.mjs";
import { engineObstacle } from "./engine.mjs";
import { nodeBinary, pulumiSource } from "./ensure.mjs";
import { isMade, placeOf } from "./part.mjs";
import { emulatorPart } from "./parts/emulator-venv.mjs";
import { goParts } from "./parts/go.mjs";
import { hasNodeModules } from "./parts/node-modules.mjs";
import { nodePart } from "./parts/node.mjs";
import { pulumiDownloadPart } from "./parts/pulumi-download.mjs";
import { findTerraformAws } from "./parts/terraform-aws.mjs";
import { cache, lock } from "./paths.mjs";

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

/** @returns {Promise<Finding[]>} */
async function ofPulumi() {
  const source = await pulumiSource();
  if (typeof source === "object")
    return [{ what: "pulumi", state: "missing", detail: source.missing }];
  if (source === "download") return [ofPart(pulumiDownloadPart({ node: nodeBinary() }))];
  const aws = findTerraformAws() ?? "";
  return [
    ...Object.values(goParts()).map(ofPart),
    { what: `Terraform AWS provider ${lock.terraformAws}`, state: "there", detail: aws },
  ];
}

/** @returns {Promise<Finding>} */
async function ofEngine() {
  const what = "Docker engine";
  if (await engineAnswers()) return { what, state: "there", detail: engineSocket() };
  const obstacle = engineObstacle();
  return obstacle
    ? { what, state: "missing", detail: obstacle }
    : {
        what,
        state: "made when first needed",
        detail: "installed and started by itself, ended after use",
      };
}

const findings = [
  ofPart(nodePart()),
  {
    what: "packages",
    state: /** @type {Finding["state"]} */ (hasNodeModules() ? "there" : "made when first needed"),
    detail: "node_modules, by package-lock.json",
  },
  ...(await ofPulumi()),
  ofPart(emulatorPart()),
  await ofEngine(),
];
const missing = findings.filter(({ state }) => state === "missing");

if (process.argv.includes("--json")) {
  console.log(JSON.stringify({ cache, findings }, undefined, 2));
} else {
  const colours = /** @type {const} */ ({
    there: "green",
    "made when first needed": "yellow",
    missing: "red",
  });
  for (const { what, state, detail } of findings)
    console.log(
      `${styleText(colours[state], state.padEnd(22), { stream: process.stdout })} ${what}: ${detail}`,
    );
  console.log(`\nthe cache that all checkouts share: ${cache}`);
  console.log(
    missing.length === 0
      ? "nothing is missing: npm run demo"
      : `${missing.length} missing: npm test runs what needs none of it, npm run demo needs all of it`,
  );
}
process.exitCode = missing.length === 0 ? 0 : 1;
