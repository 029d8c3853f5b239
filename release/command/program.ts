import { Command, Option } from "commander";
import { apply, type ApplyOptions } from "./apply";
import { checklist, type ChecklistOptions } from "./checklist";
import { drift, type DriftOptions } from "./drift";
import { addLedgerVerbs } from "./ledger-verbs";
import { parity, type ParityOptions } from "./parity";
import { plan, type PlanOptions } from "./plan";
import { promote, type PromoteOptions } from "./promote";
import { rollback, type RollbackOptions } from "./rollback";
import { status } from "./status";
import { example, EXIT_CODES, type Json, refused, type Setting, stackName, verb } from "./verb";

const DRIFT_CODES = `
Nothing of a stack is changed. The look goes on record in the stack's ledger, where you may write there.
The exit code is 0 where there is no drift, 3 where there is any, and 1 where a stack could not be looked at.
Drift that was found counts for more than a stack that was not seen.`;

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
    .option("--record", "have it in the ledger, as a proof for the release that is live", false)
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

  verb(program, "drift", "Compare what is deployed with what the last update left.")
    .addOption(
      new Option("--stack <names>", "stacks to look at, separated by commas")
        .default(["stage", "production"], "stage,production")
        .argParser((text: string) => text.split(",").map(stackName)),
    )
    .addHelpText("after", DRIFT_CODES)
    .addHelpText("after", example("drift", "drift --stack production"))
    .action(async ({ json, ...options }: Json & DriftOptions) => {
      await drift(await place(), io(json), options);
    });

  verb(program, "checklist", "Go through the checklist before a delivery, each line computed.")
    .option("--stack <stack>", "stack that is to be delivered to", stackName, "production")
    .addHelpText(
      "after",
      refused("a line does not hold; where none fails and one can't be told it is 1"),
    )
    .addHelpText("after", example("checklist --stack production"))
    .action(async ({ json, ...options }: Json & ChecklistOptions) => {
      await checklist(await place(), io(json), options);
    });
  addLedgerVerbs(program, { io, place });
  return program;
}

function withUpdate(command: Command): Command {
  return command
    .option("--up", "run the update as well, and show its progress", false)
    .option("--yes", "do not ask before the update", false);
}
