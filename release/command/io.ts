import type { Paint } from "./paint";
import type { ProgressStream } from "./reporter";

/** How a verb speaks with whoever called it. */
export interface Io {
  /** Whether the result is for machines. */
  readonly json: boolean;
  /** Whether there is a person to ask. */
  readonly interactive: boolean;
  /** Writes the result, to the standard output. */
  readonly print: (text: string) => void;
  /** For progress and remarks: the standard error. */
  readonly progress: ProgressStream;
  readonly paint: Paint;
  readonly paintProgress: Paint;
  readonly confirm: (question: string) => Promise<boolean>;
  /** When the command's process began: Unix time in milliseconds. */
  readonly started: number;
  /** Unix time in milliseconds. */
  readonly now: () => number;
}

export function printJson(io: Io, value: unknown): void {
  io.print(`${JSON.stringify(value, null, 2)}\n`);
}
