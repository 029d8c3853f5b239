import { append } from "../ledger/append";
import type { Entry } from "../ledger/entry";
import type { ParityReport } from "../parity/judge";
import type { PreviewedShape } from "../parity/shape-file";
import { CommandFailure } from "./failure";
import { withLedger } from "./open-ledger";
import { stackGate } from "./stack-gate";
import type { Workplace } from "./workplace";

/**
 * Writes into the ledger of the stack that releases are proven in that the release which is live there is proven on
 * infrastructure like that of the stack with the gate.
 */
export async function recordParity(
  place: Workplace,
  shapes: readonly [PreviewedShape, PreviewedShape],
  { hash, substituted }: ParityReport,
): Promise<Entry> {
  const [proving, gated] = await orderOf(place, shapes);
  const { stack } = proving.names;
  if (proving.changes > 0)
    throw new CommandFailure(
      "refused",
      `parity is not on record: the next update of ${stack} would touch ${proving.changes} of its resources, so what is proven there is not what was compared`,
      `update ${stack} first: npm run pulumi -- up -s ${stack}`,
    );
  const release = (await place.readStack(stack))?.release;
  if (release === undefined)
    throw new CommandFailure(
      "refused",
      `parity is not on record: no release is live in ${stack}`,
      `deliver one first: npm run pulumi -- up -s ${stack}`,
    );
  return withLedger(`writing to the ledger of ${stack}`, async () => {
    const { store, writer } = await place.openLedger(stack);
    return append(store, await writer(), {
      kind: "parity",
      release: release.id,
      what: `release parity --stack ${stack},${gated.names.stack}`,
      result: gated.declaration,
      details: { with: gated.names.stack, parity: hash, substituted },
    });
  });
}

/** Which of two stacks proves releases for the other. */
async function orderOf(
  place: Workplace,
  [one, other]: readonly [PreviewedShape, PreviewedShape],
): Promise<readonly [proving: PreviewedShape, gated: PreviewedShape]> {
  for (const [proving, gated] of [
    [one, other],
    [other, one],
  ] as const) {
    const gate = await stackGate(place, gated.names.stack);
    if (gate?.provenIn.stack === proving.names.stack) return [proving, gated];
  }
  const stacks = `${one.names.stack} and ${other.names.stack}`;
  throw new CommandFailure(
    "mistake",
    `neither of ${stacks} has a gate that is asked for what the other proves`,
    `leave out --record, or set ${place.project.name}:gate.provenIn; docs/guides/settings.md says how`,
  );
}
