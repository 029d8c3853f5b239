import { excluded } from "../gate/conditions";
import { askedBy } from "../gate/facts";
import { inForceOf } from "../gate/facts-from";
import type { Gate } from "../gate/gate";
import { gateChangeLines } from "../gate/gate-changes";
import { personOf } from "../gate/people";
import { append } from "../ledger/append";
import type { Entry } from "../ledger/entry";
import { lookUp } from "../ledger/look-up";
import { shortId } from "../release";
import { assertConfirmed } from "./assert-confirmed";
import { CommandFailure } from "./failure";
import { wholeId } from "./history";
import { type Io, printJson } from "./io";
import { withLedger } from "./open-ledger";
import { stackGate } from "./stack-gate";
import type { Workplace } from "./workplace";

export interface ApproveOptions {
  readonly stack: string;
  /** Beginning of the release's id. */
  readonly release: string;
  readonly comment?: string;
  /** Why the release must come in though its gate is closed. @default an approval like others */
  readonly emergency?: string;
  readonly yes: boolean;
}

/** Writes down that the caller agrees to a release that somebody has asked for. */
export async function approve(place: Workplace, io: Io, options: ApproveOptions): Promise<void> {
  const { stack, comment, emergency, yes } = options;
  const written = await stackGate(place, stack);
  const entry = await withLedger(`writing to the ledger of ${stack}`, async () => {
    const { store, writer } = await place.openLedger(stack);
    const release = await wholeId(store, options.release);
    const [entries, [gate], { region }, who] = await Promise.all([
      lookUp(store, { release, kinds: ["promoted", "replaced"] }),
      lookUp(store, { kinds: ["gate"], newestOnly: true }),
      place.readAwsPlace(stack),
      writer(),
    ]);
    const asked = askedBy(entries);
    if (!asked) throw nobodyAsked(release, stack);
    const kind = emergency === undefined ? "approved" : "overridden";
    assertMay(who.by.arn, entries, written?.people ?? {}, kind);
    const inFile = written && { ...written, provenIn: { region, ...written.provenIn } };
    sayGateChange(io, stack, inFile, gate);
    await assertConfirmed(io, yes, questionOf(asked, release, stack, emergency));
    return append(store, who, {
      kind,
      release,
      what: kind === "approved" ? "release approve" : "release approve --emergency",
      details: {
        ...(comment !== undefined && { comment }),
        ...(emergency !== undefined && { reason: emergency }),
      },
    });
  });
  if (io.json) printJson(io, { verb: "approve", stack, entry });
  else
    io.print(
      `${entry.kind}: release ${shortId(entry.release ?? "")} for ${stack}, by ${entry.by.arn} (entry ${entry.sequence})\n` +
        `next, by whoever delivers it:\n  pulumi preview -s ${stack}\n  pulumi up -s ${stack}\n`,
    );
}

/** Whoever agrees is to know where a release brings another gate with it, as the caller's copy of the stack's file has it. */
function sayGateChange(
  io: Io,
  stack: string,
  settings: Gate | undefined,
  entry: Entry | undefined,
): void {
  const inForce = inForceOf({ ...(entry && { gate: entry }) });
  const gates = { ...(settings && { settings }), ...(inForce && { inForce }) };
  const change = gateChangeLines(gates, stack, "the first release that passes both");
  if (change !== undefined) io.progress.write(`${change}\n`);
}

const nobodyAsked = (release: string, stack: string): CommandFailure =>
  new CommandFailure(
    "refused",
    `nobody has asked for release ${shortId(release)} in ${stack}`,
    `promote it first: \`npm run release -- promote --to ${stack}\``,
  );

/** The gate would not count it: said at once, and not when somebody waits for the delivery. */
function assertMay(
  arn: string,
  here: readonly Entry[],
  people: Gate["people"],
  kind: "approved" | "overridden",
): void {
  const why = excluded({ here, there: [], between: [] }, { people }).get(personOf(arn, people));
  if (why === undefined) return;
  throw new CommandFailure(
    "refused",
    `${arn} can't ${kind === "approved" ? "approve" : "let in"} this release: ${why}`,
    "ask somebody else to",
  );
}

function questionOf(
  asked: Entry,
  release: string,
  stack: string,
  emergency: string | undefined,
): Parameters<typeof assertConfirmed>[2] {
  const what = emergency === undefined ? "approve" : "let in, against its gate,";
  return {
    asks: "approve",
    question: `${what} release ${shortId(release)} for ${stack}, which ${asked.by.arn} asked for at ${asked.time}?`,
    unasked: "add --yes to approve it without a question",
    declined: { message: "nothing was written", action: "run it again when you agree" },
  };
}
