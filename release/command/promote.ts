import { canPromote } from "./decisions";
import { deliver, type DeliverOptions } from "./deliver";
import { CommandFailure, UnknownStack } from "./failure";
import type { Io } from "./io";
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
  await deliver(place, io, { verb: "promote", from, to, target, release, pin: release }, options);
}
