// @ts-check
/** The program's own packages, `node_modules/`, as `package-lock.json` has them. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, delimiter, join } from "node:path";
import { withLock } from "../lock.mjs";
import { cache, checkout } from "../paths.mjs";
import { runCommand } from "../run-command.mjs";

const stamp = join(checkout, "node_modules", ".switchyard-lock");
const wanted = () =>
  createHash("sha256")
    .update(readFileSync(join(checkout, "package-lock.json")))
    .digest("hex");

export const hasNodeModules = () => existsSync(stamp) && readFileSync(stamp, "utf8") === wanted();

/** @param {string} node the Node.js to install with @param {import("../progress.mjs").Progress} progress */
export async function ensureNodeModules(node, progress) {
  if (hasNodeModules()) return;
  const step = progress.start("packages", "npm ci (30 s)");
  const install = async () => {
    if (hasNodeModules()) return;
    const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env["PATH"]}` };
    const log = join(cache, "logs", "packages.log");
    await runCommand("npm", ["ci", "--no-audit", "--no-fund"], { log, cwd: checkout, env });
    writeFileSync(stamp, wanted());
  };
  const name = createHash("sha256").update(checkout).digest("hex").slice(0, 12);
  try {
    await withLock(`packages-${name}`, install, () => step.say("another run is at it: waiting"));
  } catch (error) {
    step.failed();
    throw error;
  }
  step.done();
}
