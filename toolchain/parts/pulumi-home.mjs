// @ts-check
/**
 * `bin/` for PATH and `home/` for PULUMI_HOME, made of the parts that were built: the CLI, the language
 * host, the launchers of what `@pulumi/pulumi` brings, and each plugin as an alias of a Terraform provider.
 */
import { chmodSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { placeOf } from "../part.mjs";
import { checkout, keyOf } from "../paths.mjs";

const require = createRequire(import.meta.url);

/** The version that the program asks for: that of the package it depends on. @param {string} pkg */
function packageVersion(pkg) {
  const lock = JSON.parse(readFileSync(join(checkout, "package-lock.json"), "utf8"));
  return lock.packages[`node_modules/@pulumi/${pkg}`].version;
}

/**
 * @param {{ node: string, go: ReturnType<import("./go.mjs").goParts>, terraformAws: string }} made
 * @returns {import("../part.mjs").Part}
 */
export function pulumiHomePart({ node, go, terraformAws }) {
  const providers = {
    aws: terraformAws,
    random: join(placeOf(go.terraformRandom), go.terraformRandom.name),
  };
  const versions = Object.fromEntries(
    Object.keys(providers).map((pkg) => [pkg, packageVersion(pkg)]),
  );
  const sources = ["alias.mjs", "mapping.mjs", "tokens.json", "properties.json"].map(
    (file) => `alias/${file}`,
  );
  sources.push("parts/pulumi-home.mjs");
  return {
    name: "pulumi-home",
    key: keyOf(
      [node, terraformAws, JSON.stringify(versions), ...Object.values(go).map(placeOf)],
      sources,
    ),
    how: "the plugins aws and random (2 s)",
    proof: "bin/pulumi",
    async make(dir) {
      const { buildSync } = require("esbuild");
      const alias = join(dir, "alias.js");
      buildSync({
        entryPoints: [join(checkout, "toolchain", "alias", "alias.mjs")],
        outfile: alias,
        bundle: true,
        platform: "node",
        format: "cjs",
        logLevel: "silent",
      });
      const bin = join(dir, "bin");
      mkdirSync(bin);
      symlinkSync(node, join(bin, "node"));
      // Links that are files: the CLI trusts the host that lies beside its own file.
      for (const part of [go.pulumi, go.languageHost])
        linkSync(join(placeOf(part), part.name), join(bin, part.name));
      const launchers = {
        "pulumi-resource-pulumi-nodejs": "dynamic-provider",
        "pulumi-analyzer-policy": "run-policy-pack",
      };
      for (const [name, command] of Object.entries(launchers)) {
        const find = `require.resolve('@pulumi/pulumi/cmd/${command}', { paths: [process.cwd()] })`;
        script(join(bin, name), `exec "${node}" "$("${node}" -p "${find}")" "$@"`);
      }
      mkdirSync(join(dir, "providers"));
      const place = placeOf(pulumiHomePart({ node, go, terraformAws }));
      for (const [pkg, provider] of Object.entries(providers)) {
        const plugin = join(dir, "home", "plugins", `resource-${pkg}-v${versions[pkg]}`);
        mkdirSync(plugin, { recursive: true });
        // The bridge takes the package's name from the binary's.
        const named = join("providers", `terraform-provider-${pkg}`);
        symlinkSync(provider, join(dir, named));
        const bridge = join(placeOf(go.bridge), go.bridge.name);
        const args = [pkg, versions[pkg], bridge, join(place, named)];
        const words = [node, join(place, "alias.js"), ...args].map((word) => `"${word}"`);
        script(join(plugin, `pulumi-resource-${pkg}`), `exec ${words.join(" ")} "$@"`);
      }
    },
  };
}

/** @param {string} path @param {string} command */
function script(path, command) {
  writeFileSync(path, `#!/bin/sh\n${command}\n`);
  chmodSync(path, 0o755);
}
