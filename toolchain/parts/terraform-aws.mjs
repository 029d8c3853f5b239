// @ts-check
/**
 * The Terraform AWS provider, which no package registry has: looked for in Terraform's
 * filesystem-mirror layout, `registry.terraform.io/hashicorp/aws/VERSION/OS_ARCH/`, under the mirror
 * folders that Terraform documents and the usual system prefixes.
 * https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { checkout, lock } from "../paths.mjs";

const arch = process.arch === "x64" ? "amd64" : process.arch;

/** @param {string} path */
const read = (path) => (existsSync(path) ? readFileSync(path, "utf8") : "");
/** @param {string} path */
const foldersIn = (path) =>
  existsSync(path) ? readdirSync(path).map((name) => join(path, name)) : [];

/** @returns {string[]} folders that may hold `registry.terraform.io/` */
export function mirrorFolders(env = process.env, home = homedir()) {
  const settings = read(env["TF_CLI_CONFIG_FILE"] ?? join(home, ".terraformrc"));
  const configured = [...settings.matchAll(/(?:path|plugin_cache_dir)\s*=\s*"([^"]+)"/g)].map(
    (match) => match[1] ?? "",
  );
  const data = (env["XDG_DATA_DIRS"] ?? "/usr/local/share:/usr/share").split(":");
  return [
    ...configured,
    ...(env["TF_PLUGIN_CACHE_DIR"] ? [env["TF_PLUGIN_CACHE_DIR"]] : []),
    join(checkout, "terraform.d", "plugins"),
    join(home, ".terraform.d", "plugins"),
    join(env["XDG_DATA_HOME"] ?? join(home, ".local", "share"), "terraform", "plugins"),
    ...data.map((folder) => join(folder, "terraform", "plugins")),
    ...["/opt", "/usr/lib", "/usr/local/lib"].flatMap(foldersIn),
  ];
}

/** @returns {string | undefined} path of the provider's binary */
export function findTerraformAws(folders = mirrorFolders()) {
  for (const folder of folders) {
    const place = join(folder, "registry.terraform.io", "hashicorp", "aws", lock.terraformAws);
    const home = join(place, `${process.platform}_${arch}`);
    const binary = existsSync(home)
      ? readdirSync(home).find((name) => name.startsWith("terraform-provider-aws"))
      : undefined;
    if (binary) return join(home, binary);
  }
  return undefined;
}
