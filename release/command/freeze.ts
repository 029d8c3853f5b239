import { append } from "../ledger/append";
import { lookUp } from "../ledger/look-up";
import type { LedgerStore } from "../ledger/store";
import { CommandFailure } from "./failure";
import { type Io, printJson } from "./io";
import { withLedger } from "./open-ledger";
import { fileNameOf, type Workplace } from "./workplace";

export interface FreezeOptions {
  readonly stack: string;
  readonly reason: string;
}

/** Writes down that no release that is new to a stack is to be delivered to it until it is unfrozen. */
export async function freeze(place: Workplace, io: Io, options: FreezeOptions): Promise<void> {
  await write(place, io, options, "frozen");
}

export async function unfreeze(place: Workplace, io: Io, options: FreezeOptions): Promise<void> {
  await write(place, io, options, "unfrozen");
}

/** Without a gate, in the stack's file or on record, nothing asks whether a stack is frozen. */
async function assertGate(place: Workplace, stack: string, store: LedgerStore): Promise<void> {
  if ((await place.readFile(stack))?.gate !== undefined) return;
  if ((await lookUp(store, { kinds: ["gate"], newestOnly: true })).length > 0) return;
  throw new CommandFailure(
    "refused",
    `${stack} has no gate, and so nothing that a freeze would stop`,
    `give it one: switchyard:gate in ${fileNameOf(stack)}, as docs/guides/gate.md shows`,
  );
}

async function write(
  place: Workplace,
  io: Io,
  { stack, reason }: FreezeOptions,
  kind: "frozen" | "unfrozen",
): Promise<void> {
  const entry = await withLedger(`writing to the ledger of ${stack}`, async () => {
    const { store, writer } = await place.openLedger(stack);
    if (kind === "frozen") await assertGate(place, stack, store);
    const what = kind === "frozen" ? "release freeze" : "release unfreeze";
    return append(store, await writer(), { kind, what, details: { reason } });
  });
  if (io.json) printJson(io, { verb: kind === "frozen" ? "freeze" : "unfreeze", stack, entry });
  else
    io.print(
      `${stack} is ${kind}: ${reason}, by ${entry.by.arn} (entry ${entry.sequence})\n` +
        (kind === "frozen" ? "going back to the release before stays open\n" : ""),
    );
}
