import { type Command, InvalidArgumentError, Option } from "commander";
import { KINDS } from "../ledger/kinds";
import { approve, type ApproveOptions } from "./approve";
import { freeze, type FreezeOptions, unfreeze } from "./freeze";
import { history, type HistoryOptions } from "./history";
import { example, type Json, refused, type Setting, stackName, verb } from "./verb";
import { verifyLedger } from "./verify-ledger";

/** The verbs that read and write a stack's ledger. */
export function addLedgerVerbs(program: Command, { io, place }: Setting): void {
  const ofStack = (command: Command): Command =>
    command.option("--stack <stack>", "stack whose ledger it is", stackName, "production");

  ofStack(verb(program, "approve", "Write down that you agree to a release that was asked for."))
    .argument("<release>", "beginning of the release's id", releaseBeginning)
    .option("--comment <text>", "what you have looked at")
    .option("--emergency <reason>", "let it in although its gate is closed, and say why")
    .option("--yes", "do not ask", false)
    .addHelpText(
      "after",
      refused("nobody asked for it, or you did; what its authors say does not count"),
    )
    .addHelpText("after", example("approve 3c31a6de8ec6 --stack production"))
    .action(async (release: string, { json, ...rest }: Json & Omit<ApproveOptions, "release">) => {
      await approve(await place(), io(json), { ...rest, release });
    });

  const because = (command: Command): Command =>
    command.requiredOption("--reason <text>", "why", someText);
  because(ofStack(verb(program, "freeze", "Let no new release in until the stack is unfrozen.")))
    .addHelpText("after", example('freeze --stack production --reason "an audit"'))
    .action(async ({ json, ...options }: Json & FreezeOptions) => {
      await freeze(await place(), io(json), options);
    });
  because(ofStack(verb(program, "unfreeze", "End a freeze.")))
    .addHelpText("after", example('unfreeze --stack production --reason "it is over"'))
    .action(async ({ json, ...options }: Json & FreezeOptions) => {
      await unfreeze(await place(), io(json), options);
    });

  ofStack(verb(program, "history", "Show what happened to which release, by whom."))
    .option("--release <id>", "of one release: the beginning of its id", releaseBeginning)
    .addOption(
      new Option("--kind <kinds...>", "of some kinds").choices(KINDS as unknown as string[]),
    )
    .option("--service <name>", "of one service")
    .option("--since <time>", "from a time on, such as 2026-01-31", time)
    .option("--until <time>", "before a time", time)
    .option("--limit <number>", "the newest so many", count, 50)
    .option("--out <file>", "write all of them to a file, a line of JSON each, the oldest first")
    .addHelpText("after", example("history --kind approved live --since 2026-01-01"))
    .action(async ({ json, ...options }: Json & HistoryOptions) => {
      await history(await place(), io(json), options);
    });

  ofStack(verb(program, "verify", "Prove that nobody has changed a stack's ledger."))
    .addHelpText("after", refused("something in it is not as it was written"))
    .addHelpText("after", example("verify --stack production"))
    .action(async ({ json, ...options }: Json & { readonly stack: string }) => {
      await verifyLedger(await place(), io(json), options);
    });
}

function releaseBeginning(text: string): string {
  if (/^[0-9a-f]{6,64}$/.test(text)) return text;
  throw new InvalidArgumentError("Allowed are 6 to 64 hexadecimal digits.");
}

function someText(text: string): string {
  if (text.trim() !== "") return text;
  throw new InvalidArgumentError("Say why.");
}

function time(text: string): Date {
  const date = new Date(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(date.getTime())) return date;
  throw new InvalidArgumentError("Allowed are dates and times such as 2026-01-31T09:00Z.");
}

function count(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Allowed is a whole number, 1 or more.");
}
