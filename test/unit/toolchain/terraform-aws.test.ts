import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inFolder, toolchain } from "./child";

const { terraformAws: version } = JSON.parse(
  readFileSync(join(toolchain, "lock.json"), "utf8"),
) as { terraformAws: string };
const arch = process.arch === "x64" ? "amd64" : process.arch;

/** A provider in the layout of a mirror. @returns its path */
function place(mirror: string, name = `terraform-provider-aws_v${version}`, of = version): string {
  const home = join(mirror, "registry.terraform.io", "hashicorp", "aws", of, `linux_${arch}`);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, name), "");
  return join(home, name);
}

describe("the Terraform AWS provider", () => {
  it("is looked for where Terraform looks, what is configured first", () =>
    inFolder(async (home) => {
      const { mirrorFolders } = await import("../../../toolchain/parts/terraform-aws.mjs");
      const mirror = 'provider_installation { filesystem_mirror { path = "/configured" } }';
      writeFileSync(join(home, ".terraformrc"), mirror);
      const env = { TF_PLUGIN_CACHE_DIR: "/cached", XDG_DATA_DIRS: "/data/one:/data/two" };
      assert.deepEqual(mirrorFolders(env, home).slice(0, 7), [
        "/configured",
        "/cached",
        join(dirname(toolchain), "terraform.d", "plugins"),
        join(home, ".terraform.d", "plugins"),
        join(home, ".local", "share", "terraform", "plugins"),
        "/data/one/terraform/plugins",
        "/data/two/terraform/plugins",
      ]);
    }));

  it("is the one of the first folder that has the pinned version for this machine", () =>
    inFolder(async (folder) => {
      const { findTerraformAws } = await import("../../../toolchain/parts/terraform-aws.mjs");
      const folders = ["absent", "other-version", "no-binary", "one", "two"].map((name) =>
        join(folder, name),
      );
      const [, otherVersion = "", noBinary = "", one = "", two = ""] = folders;
      place(otherVersion, undefined, "4.0.0");
      place(noBinary, "README");
      place(two);
      const wanted = place(one);
      assert.equal(findTerraformAws(folders), wanted);
      assert.equal(findTerraformAws(folders.slice(0, 3)), undefined);
    }));
});
