import { createLog, type Log } from "./log";

/** What a program does when it is started, by its one argument. */
export interface Program {
  /** Without an argument; it ends the process itself when it is told to stop. */
  readonly main: (log: Log) => Promise<void>;
  /** What `main` does, in one verb: for the message on an argument that is not known. */
  readonly verb: string;
  /** By the argument, `--healthcheck`. One that fails ends with exit code 1. */
  readonly commands: Readonly<Record<string, (log: Log) => Promise<void> | void>>;
}

/** The life of a process, from its argument to its exit code. */
export function runProgram(program: Program): void {
  // Losing the log collector is no reason to stop.
  process.stdout.on("error", () => undefined);
  const log = createLog((line) => process.stdout.write(line));
  process.once("uncaughtException", (error) => {
    log("error", "the service failed", { detail: error.stack ?? error.message });
    process.exit(1);
  });
  act(program, log).catch((error: unknown) => {
    log("error", error instanceof Error ? error.message : String(error));
    process.exit(1);
  });
}

async function act({ main, verb, commands }: Program, log: Log): Promise<void> {
  const [argument, ...rest] = process.argv.slice(2);
  if (argument === undefined) return main(log);
  const command = Object.hasOwn(commands, argument) ? commands[argument] : undefined;
  if (command === undefined || rest.length > 0)
    throw new Error(
      `unknown argument: allowed are ${Object.keys(commands).join(", ")}, or none to ${verb}`,
    );
  await command(log);
}

/**
 * Calls `stop` once, at the first signal to end.
 * A process with number 1 in its container ignores signals that it does not handle.
 */
export function onStop(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  let stopping = false;
  const once = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    void stop(signal);
  };
  process.on("SIGTERM", once);
  process.on("SIGINT", once);
}
