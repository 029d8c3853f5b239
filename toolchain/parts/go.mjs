// @ts-check
/** What is built from Go modules, each pinned to the byte by its `go.sum`, where no download can be had. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout, keyOf, lock } from "../paths.mjs";
import { runCommand } from "../run-command.mjs";
import { ToolchainError } from "../toolchain-error.mjs";

/**
 * @typedef {object} Mend a one-line repair of a vendored file
 * @property {string} file below `vendor/`
 * @property {RegExp} find
 * @property {string} replace
 * @property {string} why
 */

/**
 * @param {{ folder: string, name: string, command: string, how: string, flags?: string[], mends?: Mend[] }} build
 * @returns {import("../part.mjs").Part}
 */
function goPart({ folder, name, command, how, flags = [], mends = [] }) {
  return {
    name,
    key: keyOf(
      [command, flags, mends.map((mend) => [mend.file, String(mend.find), mend.replace])],
      [`go/${folder}/go.mod`, `go/${folder}/go.sum`],
    ),
    how: `from Go modules (${how})`,
    proof: name,
    async make(dir, log) {
      const source = join(dir, "source");
      mkdirSync(source);
      cpSync(join(checkout, "toolchain", "go", folder), source, { recursive: true });
      const env = { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-buildvcs=false", GOWORK: "off" };
      if (mends.length > 0) await runCommand("go", ["mod", "vendor"], { log, cwd: source, env });
      for (const mend of mends) apply(mend, join(source, "vendor"));
      const mode = mends.length > 0 ? ["-mod=vendor"] : [];
      const args = ["build", ...mode, "-trimpath", ...flags, "-o", join(dir, name), command];
      await runCommand("go", args, { log, cwd: source, env });
      rmSync(source, { recursive: true });
    },
  };
}

/** @param {Mend} mend @param {string} vendor */
function apply(mend, vendor) {
  const path = join(vendor, mend.file);
  const before = readFileSync(path, "utf8");
  const after = before.replace(mend.find, mend.replace);
  if (after === before)
    throw new ToolchainError(`${mend.file} has no ${mend.find} to mend: look at ${mend.why}`);
  writeFileSync(path, after);
}

const bridgeSource = "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge";

export const goParts = () => ({
  pulumi: goPart({
    folder: "pulumi-cli",
    name: "pulumi",
    command: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    how: "2 min the first time",
    flags: [
      "-ldflags",
      `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${lock.pulumi}`,
    ],
  }),
  languageHost: goPart({
    folder: "nodejs-host",
    name: "pulumi-language-nodejs",
    command: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    how: "25 s",
  }),
  bridge: goPart({
    folder: "bridge",
    name: "pulumi-terraform-bridge",
    command: "github.com/pulumi/pulumi-terraform-bridge/v3/dynamic",
    how: "2 min the first time",
    mends: [
      {
        file: `${bridgeSource}/provider_delete.go`,
        find: /(PlannedState:\s*&plannedState,\n)/,
        replace: "$1Config: &plannedState,\n",
        why: "newer providers dereference the config of a delete request",
      },
      {
        file: `${bridgeSource}/provider_diagnostics.go`,
        find: /d\.Summary == d\.Detail/,
        replace: 'd.Detail == "" || d.Summary == d.Detail',
        why: "a message that ends in white space is dropped by HTTP/2 in Node.js",
      },
    ],
  }),
  terraformRandom: goPart({
    folder: "terraform-random",
    name: "terraform-provider-random",
    command: "github.com/terraform-providers/terraform-provider-random",
    how: "10 s",
  }),
});
