import { type Anchor, verify, type Verification } from "../ledger/verify";
import { CommandFailure } from "./failure";
import { type Io, printJson } from "./io";
import { withLedger } from "./open-ledger";
import type { Workplace } from "./workplace";

/** Proves that nobody has changed a stack's ledger, against what its bucket keeps and what the stack's outputs know. */
export async function verifyLedger(
  place: Workplace,
  io: Io,
  { stack }: { readonly stack: string },
): Promise<void> {
  const found = await withLedger(`reading the ledger of ${stack}`, async () => {
    const [{ store }, state] = await Promise.all([place.openLedger(stack), place.readStack(stack)]);
    const { ledger } = state ?? {};
    const source = `the outputs of ${stack}`;
    const anchors: Anchor[] = ledger ? [{ ...ledger, source }] : [];
    return verify(store, anchors, (done, of) => {
      io.progress.write(`read ${done} of ${of} entries\n`);
    });
  });
  if (found.problems.length > 0) throw tamperedLedger(stack, found);
  if (io.json) printJson(io, { stack, ...found });
  else
    io.print(
      `${found.entries} entries of ${stack} are as they were written` +
        (found.withoutPlace > 0 ? `; ${found.withoutPlace} more never got a place\n` : "\n"),
    );
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
