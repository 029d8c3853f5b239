import { type Anchor, verify, type Verification } from "../ledger/verify";
import { CommandFailure } from "./failure";
import { type Io, printJson } from "./io";
import { withLedger } from "./open-ledger";
import type { Workplace } from "./workplace";

/** Proves that nobody has changed a stack's ledger, against what its bucket keeps and what the stack's outputs know, where there are any. */
export async function verifyLedger(
  place: Workplace,
  io: Io,
  { stack }: { readonly stack: string },
): Promise<void> {
  const { anchored, ...found } = await withLedger(`reading the ledger of ${stack}`, async () => {
    const [{ store }, state] = await Promise.all([place.openLedger(stack), place.readStack(stack)]);
    const { ledger } = state ?? {};
    const source = `the outputs of ${stack}`;
    const anchors: Anchor[] = ledger ? [{ ...ledger, source }] : [];
    const verified = await verify(store, anchors, (done, of) => {
      io.progress.write(`read ${done} of ${of} entries\n`);
    });
    return { anchored: ledger !== undefined, ...verified };
  });
  if (found.problems.length > 0) throw tamperedLedger(stack, found);
  if (io.json) printJson(io, { stack, anchored, ...found });
  else io.print(intactView(io, stack, anchored, found));
}

/** @param anchored whether anything but the ledger knows how far it went */
function intactView(
  { paint }: Io,
  stack: string,
  anchored: boolean,
  { entries, withoutPlace }: Verification,
): string {
  const more = withoutPlace > 0 ? `; ${withoutPlace} more never got a place` : "";
  const end =
    `Pulumi's backend does not know the newest entry of ${stack}: ` +
    "nothing but the ledger itself says where it ends, so entries at its very end could be missing";
  const note = anchored ? "" : `${paint("yellow", "note:")} ${end}\n`;
  return `${entries} entries of ${stack} are as they were written${more}\n${note}`;
}

function tamperedLedger(stack: string, { problems, ...counts }: Verification): CommandFailure {
  return new CommandFailure(
    "refused",
    [`the ledger of ${stack} is not as it was written:`, ...problems].join("\n  "),
    "find out who could write to its bucket: CloudTrail has each call; what was hidden by a delete marker is still there",
    undefined,
    [...problems, `${counts.entries} entries`],
  );
}
