import { CommanderError } from "commander";
import { SettingsError } from "../errors";
import { CommandFailure, EXIT } from "./failure";
import type { Io } from "./io";
import { printJson } from "./io";
import { releaseProgram } from "./program";
import { redact } from "./redact";
import type { Setting } from "./verb";

/** Runs the command line and gives its exit code; anything but a bug ends in a message. */
export async function run(words: readonly string[], setting: Setting): Promise<number> {
  const io = setting.io(words.includes("--json"));
  const program = releaseProgram(setting);
  const write = (text: string): void => void io.progress.write(text);
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeOut: io.print, writeErr: write });
  }
  try {
    await program.parseAsync(words.length === 0 ? ["--help"] : [...words], { from: "user" });
    return EXIT.done;
  } catch (error) {
    return ending(error, io);
  }
}

function ending(error: unknown, io: Io): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.done;
    if (io.json) printFailure(io, new CommandFailure("mistake", error.message));
    return EXIT.mistake;
  }
  const failure =
    error instanceof SettingsError ? new CommandFailure("mistake", error.message) : error;
  if (!(failure instanceof CommandFailure)) throw error;
  const { message, action, kind } = failure;
  const { paintProgress: paint, progress } = io;
  progress.write(`${paint("red", `${kind}:`)} ${redact(message)}\n`);
  if (action !== undefined) progress.write(`${paint("bold", "to do:")} ${action}\n`);
  if (io.json) printFailure(io, failure);
  return EXIT[kind];
}

function printFailure(io: Io, failure: CommandFailure): void {
  const { kind, message, action, details, result } = failure;
  printJson(io, {
    ...result,
    error: {
      kind,
      exitCode: EXIT[kind],
      message: redact(message),
      ...(action !== undefined && { action }),
      ...(details.length > 0 && { details }),
    },
  });
}
