// @ts-check
/** How Pulumi is had on this machine: by its own download, or built from Go modules where that can't be reached. */
import { isMade } from "./part.mjs";
import { goParts } from "./parts/go.mjs";
import { nodeBinary } from "./parts/node.mjs";
import { canDownload, downloads, pulumiDownloadPart } from "./parts/pulumi-download.mjs";
import { pulumiHomePart } from "./parts/pulumi-home.mjs";
import { findTerraformAws } from "./parts/terraform-aws.mjs";
import { lock } from "./paths.mjs";
import { onPath } from "./run-command.mjs";

/** @typedef {"modules" | "download"} PulumiSource */

/** @returns {Promise<PulumiSource | { missing: string }>} */
export async function pulumiSource(env = process.env) {
  const terraformAws = findTerraformAws();
  if (terraformAws && Object.values(goParts()).every(isMade)) return "modules";
  if (isMade(pulumiDownloadPart({ node: nodeBinary() })) || (await canDownload(downloads(env))))
    return "download";
  if (!terraformAws)
    return {
      missing:
        `Pulumi: ${new URL(downloads(env)).host} can't be reached, and no Terraform AWS provider ${lock.terraformAws} ` +
        "is on this machine. Let the machine reach that host, or put the provider where Terraform looks for it " +
        `(~/.terraform.d/plugins/registry.terraform.io/hashicorp/aws/${lock.terraformAws}/OS_ARCH/)`,
    };
  if (!onPath("go", env))
    return {
      missing:
        "Go: Pulumi's download can't be reached, so it is built from Go modules; install Go 1.25 or newer " +
        "(https://go.dev/dl)",
    };
  return "modules";
}

/** What it is made of, in order; the last one has `bin/` and `home/`. @param {PulumiSource} source */
export function pulumiParts(source) {
  const node = nodeBinary();
  if (source === "download") return [pulumiDownloadPart({ node })];
  const go = goParts();
  const terraformAws = findTerraformAws() ?? "";
  return [...Object.values(go), pulumiHomePart({ node, go, terraformAws })];
}
