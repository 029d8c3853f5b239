// @ts-check
/** The AWS emulator's Python environment, each package by its hash. */
import { join } from "node:path";
import { checkout, keyOf } from "../paths.mjs";
import { runCommand } from "../run-command.mjs";

/** @returns {import("../part.mjs").Part} */
export const emulatorPart = () => ({
  name: "emulator",
  key: keyOf(["venv"], ["emulator/requirements.lock"]),
  how: "the AWS emulator from PyPI, hash-locked (30 s)",
  async make(dir, log) {
    await runCommand("python3", ["-m", "venv", "--copies", dir], { log });
    const lock = join(checkout, "toolchain", "emulator", "requirements.lock");
    const only = ["--require-hashes", "--only-binary", ":all:", "--no-compile"];
    await runCommand(
      join(dir, "bin", "python"),
      ["-m", "pip", "install", "-q", ...only, "-r", lock],
      { log },
    );
  },
});
