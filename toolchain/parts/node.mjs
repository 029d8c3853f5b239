// @ts-check
/** The pinned Node.js, from the npm registry by its hash. */
import { chmodSync, copyFileSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { keyOf, lock } from "../paths.mjs";
import { runCommand } from "../run-command.mjs";

/** @returns {import("../part.mjs").Part} */
export const nodePart = () => ({
  name: "node",
  key: keyOf(["node", lock.node], ["node/package-lock.json"]),
  how: `Node.js ${lock.node} from the npm registry (10 s)`,
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
  },
});
