import { Command, InvalidArgumentError, Option } from "commander";
import { apply, type ApplyOptions } from "./apply";
import { STACK_NAME } from "../stack-name";
import type { Io } from "./io";
import { parity, type ParityOptions } from "./parity";
import { plan, type PlanOptions } from "./plan";
import { promote, type PromoteOptions } from "./promote";
import { rollback, type RollbackOptions } from "./rollback";
import { status } from "./status";
import type { Workplace } from "./workplace";

/** What a verb is run with; made when a verb is known to be run. */
export interface Setting {
  readonly io: (json: boolean) => Io;
  readonly place: () => Promise<Workplace>;
}

interface Json {
  readonly json: boolean;
}

const EXIT_CODES = `
Exit codes:
  0  what was asked is done, or was done already
  1  it failed: the update, the disk, Pulumi
  2  a mistake in the call: an option, a stack or file that is not there or can't be read
  3  refused: a condition does not hold, and no stack was changed
`;

/** The command line, as commander has it. */
export function releaseProgram({ io, place }: Setting): Command {
  const program = new Command("release")
    .usage("<verb> [options]")
    .description("What runs where, and which release a stack is to run.")
    .showHelpAfterError("(add --help for the options and an example)")
    .addHelpText("after", EXIT_CODES);

  verb(program, "status", "Show what is live in each stack, and what a rollback would return to.")
    .addOption(
      new Option("--stack <names>", "stacks to show, separated by commas")
        .default(["stage", "production"], "stage,production")
        .argParser((text: string) => text.split(",").map(stackName)),
    )
    .addHelpText("after", example("status --stack production"))
    .action(async ({ stack, json }: Json & { readonly stack: readonly string[] }) => {
      await status(await place(), io(json), { stacks: [...new Set(stack)] });
    });

  const promoting = verb(
    program,
    "promote",
    "Pin the release that one stack runs in the settings file of another.",
  )
    .option("--from <stack>", "stack whose live release is promoted", stackName, "stage")
    .option("--to <stack>", "stack that is to run it", stackName, "production");
  withUpdate(promoting)
    .addHelpText(
      "after",
      refused("the last update of --from failed, was interrupted or is under way"),
    )
    .addHelpText("after", example("promote --from stage --to production --up"))
    .action(async ({ json, ...options }: Json & PromoteOptions) => {
      await promote(await place(), io(json), options);
    });

  const returning = verb(
    program,
    "rollback",
    "Pin the release that a stack ran before in its settings file; with --up, move the traffic first.",
  ).option("--stack <stack>", "stack that goes back", stackName, "production");
  withUpdate(returning)
    .addHelpText("after", refused("there is no release to return to, or an update is under way"))
    .addHelpText("after", example("rollback --stack production --up --yes"))
    .action(async ({ json, ...options }: Json & RollbackOptions) => {
      await rollback(await place(), io(json), options);
    });

  verb(program, "plan", "Preview a stack's update and save the plan that apply is bound to.")
    .option("--stack <stack>", "stack to plan", stackName, "production")
    .option("--out <file>", "file to write, ending in .plan.json (default: STACK.plan.json)")
    .addHelpText("after", example("plan --stack production"))
    .action(async ({ json, ...options }: Json & PlanOptions) => {
      await plan(await place(), io(json), options);
    });

  verb(program, "apply", "Carry out a saved plan, or refuse because the world has changed.")
    .argument("[plan]", "file that plan has written (default: STACK.plan.json)")
    .option("--stack <stack>", "stack that the plan must be for (default: production)", stackName)
    .option("--yes", "do not ask before the update", false)
    .addHelpText(
      "after",
      refused("the stack, its settings, the source or the live traffic has changed"),
    )
    .addHelpText("after", example("apply production.plan.json --yes"))
    .action(
      async (file: string | undefined, { json, ...options }: Json & Omit<ApplyOptions, "file">) => {
        await apply(await place(), io(json), { ...options, ...(file !== undefined && { file }) });
      },
    );

  verb(
    program,
    "parity",
    "Compare two stacks' previews: every difference must be declared in parity.yaml.",
  )
    .addOption(
      new Option("--stack <names>", "stacks to compare, or the one of --out or --against")
        .default(["stage", "production"], "stage,production")
        .argParser((text: string) => text.split(",").map(stackName)),
    )
    .option("--out <file>", "write the shape of one stack, to a file ending in .shape.json")
    .option("--against <file>", "compare one stack with a shape that was written elsewhere")
    .addHelpText("after", refused("a difference is not declared, or a declaration is not needed"))
    .addHelpText(
      "after",
      example(
        "parity",
        "parity --stack stage --out stage.shape.json",
        "parity --stack production --against stage.shape.json",
      ),
    )
    .action(async ({ json, ...options }: Json & ParityOptions) => {
      await parity(await place(), io(json), options);
    });
  return program;
}

function verb(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option("--json", "write the result as JSON to standard output", false);
}

function withUpdate(command: Command): Command {
  return command
    .option("--up", "run the update as well, and show its progress", false)
    .option("--yes", "do not ask before the update", false);
}

function refused(when: string): string {
  return `\nRefused where ${when}.`;
}

function example(...calls: readonly string[]): string {
  const lines = calls.map((call) => `  $ npm run release -- ${call}\n`);
  return `\nExample${calls.length > 1 ? "s" : ""}:\n${lines.join("")}${EXIT_CODES}`;
}

function stackName(text: string): string {
  if (STACK_NAME.test(text)) return text;
  throw new InvalidArgumentError("Allowed are letters, digits, dots, hyphens and underscores.");
}
