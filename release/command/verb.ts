import { type Command, InvalidArgumentError } from "commander";
import { STACK_NAME } from "../stack-name";
import type { Io } from "./io";
import type { Workplace } from "./workplace";

/** What a verb is run with; made when a verb is known to be run. */
export interface Setting {
  readonly io: (json: boolean) => Io;
  readonly place: () => Promise<Workplace>;
}

export interface Json {
  readonly json: boolean;
}

export const EXIT_CODES = `
Exit codes:
  0  what was asked is done, or was done already
  1  it failed: the update, the disk, Pulumi
  2  a mistake in the call: an option, a stack or file that is not there or can't be read
  3  refused: a condition does not hold, and no stack was changed
`;

export function verb(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option("--json", "write the result as JSON to standard output", false);
}

export function refused(when: string): string {
  return `\nRefused where ${when}.`;
}

export function example(...calls: readonly string[]): string {
  const lines = calls.map((call) => `  $ npm run release -- ${call}\n`);
  return `\nExample${calls.length > 1 ? "s" : ""}:\n${lines.join("")}${EXIT_CODES}`;
}

export function stackName(text: string): string {
  if (STACK_NAME.test(text)) return text;
  throw new InvalidArgumentError("Allowed are letters, digits, dots, hyphens and underscores.");
}
