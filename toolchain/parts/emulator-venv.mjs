// @ts-check
/** The AWS emulator's Python environment, each package by its hash. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { checkout, keyOf } from "../paths.mjs";
import { runCommand } from "../run-command.mjs";
import { canInstall, installPackages } from "../system-packages.mjs";

/** Whether this machine's Python can make an environment: Debian's and Ubuntu's can't as they come. */
function hasVenv() {
  try {
    execFileSync("python3", ["-c", "import venv, ensurepip"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** @returns {import("../part.mjs").Part} */
export const emulatorPart = () => ({
  name: "emulator",
  key: keyOf(["venv"], ["emulator/requirements.lock"]),
  how: "the AWS emulator from PyPI, hash-locked (30 s)",
  proof: "bin/python",
  async make(dir, log) {
    if (!hasVenv() && canInstall()) await installPackages(["python3", "python3-venv"]);
    await runCommand("python3", ["-m", "venv", "--copies", dir], { log });
    const lock = join(checkout, "toolchain", "emulator", "requirements.lock");
    const only = ["--require-hashes", "--only-binary", ":all:", "--no-compile"];
    await runCommand(
      join(dir, "bin", "python"),
      ["-m", "pip", "install", "-q", ...only, "-r", lock],
      { log },
    );
    // What an environment that was moved can break on is tried here, not in the middle of a run.
    await runCommand(join(dir, "bin", "python"), ["-c", "import ministack"], { log });
  },
});
