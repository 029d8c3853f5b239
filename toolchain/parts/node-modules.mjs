// @ts-check
/**
 * The program's own packages, `node_modules/`, as `package-lock.json` has them: installed beside and then
 * moved into place, so that they are the old ones or the new ones, whole, whatever is killed, and
 * other runs in this checkout keep theirs meanwhile.
 */
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, delimiter, join } from "node:path";
import { withLock } from "../lock.mjs";
import { cache, checkout } from "../paths.mjs";
import { runCommand } from "../run-command.mjs";
import { explain, ToolchainError } from "../toolchain-error.mjs";

const modules = "node_modules";
const stampName = ".switchyard-lock";

/** @param {string} project */
const wanted = (project) =>
  createHash("sha256")
    .update(readFileSync(join(project, "package-lock.json")))
    .digest("hex");

/** @param {string} path @returns {Record<string, { version?: string, integrity?: string, optional?: boolean, devOptional?: boolean }>} */
const packagesOf = (path) => JSON.parse(readFileSync(path, "utf8")).packages;

/** Whether npm itself put there what the lock has, unasked by us: its own record says so. @param {string} project */
function isInstalledByHand(project) {
  const record = join(project, modules, ".package-lock.json");
  if (!existsSync(record)) return false;
  const there = packagesOf(record);
  return Object.entries(packagesOf(join(project, "package-lock.json"))).every(
    ([path, { version, integrity, optional, devOptional }]) =>
      path === "" ||
      (there[path]
        ? there[path].version === version && there[path].integrity === integrity
        : optional || devOptional),
  );
}

export function hasNodeModules(project = checkout) {
  const stamp = join(project, modules, stampName);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted(project)) return true;
  return isInstalledByHand(project);
}

/** @param {string} node the Node.js to install with @param {import("../progress.mjs").Progress} progress */
export async function ensureNodeModules(node, progress, project = checkout) {
  if (hasNodeModules(project)) return;
  const step = progress.start("packages", "npm ci (30 s)");
  try {
    const making = async () => {
      if (!hasNodeModules(project)) await install(node, project);
    };
    await withLock(`packages ${project}`, making, () => step.say("another run is at it: waiting"));
  } catch (error) {
    step.failed();
    const { code, path } = /** @type {NodeJS.ErrnoException} */ (error);
    if (["EACCES", "EPERM", "EROFS"].includes(code ?? ""))
      throw new ToolchainError(
        `${path ?? project} can't be written: the packages go into the checkout`,
      );
    throw explain(error);
  }
  step.done();
}

/** @param {string} node @param {string} project */
async function install(node, project) {
  const runs = join(project, ".switchyard");
  mkdirSync(runs, { recursive: true });
  removeLeft(runs);
  const dir = mkdtempSync(join(runs, "packages-"));
  try {
    // Runs that tidy up go by this.
    writeFileSync(join(dir, "pid"), String(process.pid));
    for (const file of ["package.json", "package-lock.json", ".npmrc"])
      if (existsSync(join(project, file))) copyFileSync(join(project, file), join(dir, file));
    const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env["PATH"]}` };
    const log = join(cache, "logs", "packages.log");
    await runCommand("npm", ["ci", "--no-audit", "--no-fund"], { log, cwd: dir, env });
    writeFileSync(join(dir, modules, stampName), wanted(dir));
    const place = join(project, modules);
    if (existsSync(place)) renameSync(place, join(dir, "old"));
    renameSync(join(dir, modules), place);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What killed runs left. @param {string} runs */
function removeLeft(runs) {
  for (const name of readdirSync(runs).filter((each) => each.startsWith("packages-"))) {
    const pid = join(runs, name, "pid");
    if (existsSync(pid) && existsSync(join("/proc", readFileSync(pid, "utf8")))) continue;
    rmSync(join(runs, name), { recursive: true, force: true });
  }
}
