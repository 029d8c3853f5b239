// @ts-check
/** The distribution's own packages, for what no other registry has: on Debian and Ubuntu, as root. */
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { cache } from "./paths.mjs";
import { onPath, runCommand } from "./run-command.mjs";

export const canInstall = () =>
  process.platform === "linux" && process.getuid?.() === 0 && onPath("apt-get") !== undefined;

/** @param {readonly string[]} names */
export const installPackages = (names) =>
  withLock("apt-get", async () => {
    const log = join(cache, "logs", "packages-of-the-system.log");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    // Waits for another installation instead of failing.
    const wait = ["-o", "DPkg::Lock::Timeout=300", "-q"];
    await runCommand("apt-get", [...wait, "update"], { log, env });
    const install = [...wait, "install", "-y", "--no-install-recommends", ...names];
    await runCommand("apt-get", install, { log, env });
  });
