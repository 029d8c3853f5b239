import { askedBy } from "../gate/facts";
import { append, readHead } from "../ledger/append";
import { lookUp } from "../ledger/look-up";
import type { LiveRelease } from "../outputs";
import { canPromote } from "./decisions";
import { deliver, type DeliverOptions } from "./deliver";
import { CommandFailure, UnknownStack } from "./failure";
import type { Io } from "./io";
import { withLedger } from "./open-ledger";
import type { Workplace } from "./workplace";

export interface PromoteOptions extends DeliverOptions {
  readonly from: string;
  readonly to: string;
}

/** Pins in one stack what another one runs. */
export async function promote(place: Workplace, io: Io, options: PromoteOptions): Promise<void> {
  const { from, to } = options;
  if (from === to) {
    const action = "name two stacks, as in `promote --from stage --to production`";
    throw new CommandFailure("mistake", `--from and --to are both ${from}`, action);
  }
  const [state, target] = await Promise.all([place.readStack(from), place.readStack(to)]);
  if (!state) throw new UnknownStack(from);
  const verdict = canPromote(state);
  if (!verdict.ok) throw new CommandFailure("refused", verdict.reason, verdict.action);
  const { release } = verdict;
  const before = (): Promise<void> => record(place, options, release);
  const delivery = { verb: "promote", from, to, target, release, pin: release, before } as const;
  await deliver(place, io, delivery, options);
}

/**
 * A stack with a gate wants to know who has asked; its first delivery makes the ledger that says so. Who has asked already does not ask
 * anew: approvals count from then on.
 */
async function record(
  place: Workplace,
  { from, to }: PromoteOptions,
  { id, commit }: LiveRelease,
): Promise<void> {
  const file = await place.readFile(to);
  if (file?.gate === undefined) return;
  await withLedger(`writing to the ledger of ${to}`, async () => {
    const { store, writer } = await place.openLedger(to);
    const head = await readHead(store);
    if (head.sequence === 0) return;
    const who = await writer();
    const question = { release: id, kinds: ["promoted", "replaced"] } as const;
    const asked = askedBy(await lookUp(store, question, head));
    if (asked?.by.arn === who.by.arn) return;
    const what = `release promote --from ${from} --to ${to}`;
    await append(store, who, {
      kind: "promoted",
      release: id,
      what,
      details: { commit },
    });
  });
}
