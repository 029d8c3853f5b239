// @ts-check
/** The pinned Node.js, from the npm registry by its hash. */
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { placeOf } from "../part.mjs";
import { keyOf, lock } from "../paths.mjs";
import { runCommand } from "../run-command.mjs";
import { ToolchainError } from "../toolchain-error.mjs";

/** @returns {import("../part.mjs").Part} */
export const nodePart = () => ({
  name: "node",
  key: keyOf(["node", lock.node], ["node/package-lock.json"]),
  how: `Node.js ${lock.node} from the npm registry (10 s)`,
  proof: "bin/node",
  async make(dir, log) {
    const source = join(import.meta.dirname, "..", "node");
    for (const file of ["package.json", "package-lock.json"])
      copyFileSync(join(source, file), join(dir, file));
    await runCommand("npm", ["ci", "--no-audit", "--no-fund"], { log, cwd: dir });
    mkdirSync(join(dir, "bin"));
    renameSync(
      join(dir, "node_modules", `node-linux-${process.arch}`, "bin", "node"),
      join(dir, "bin", "node"),
    );
    chmodSync(join(dir, "bin", "node"), 0o755);
    rmSync(join(dir, "node_modules"), { recursive: true });
    requireVersion(join(dir, "bin", "node"));
  },
});

export const nodeBinary = () => join(placeOf(nodePart()), "bin", "node");

/** @param {string} node */
function requireVersion(node) {
  let found;
  try {
    found = execFileSync(node, ["--version"], { encoding: "utf8", stdio: "pipe" }).trim();
  } catch (error) {
    throw new ToolchainError(
      `Node.js ${lock.node} does not run here (${String(error).split("\n")[0]}): it needs a Linux with glibc 2.28 ` +
        "or newer, such as Debian 10, Ubuntu 20.04, RHEL 8; Alpine's musl is none",
    );
  }
  if (found !== `v${lock.node}`)
    throw new ToolchainError(`the npm registry gave Node.js ${found} for ${lock.node}`);
}
