import type { GateAnswer } from "../checklist/facts";
import { askGates, gatesOf } from "../gate/ask";
import { standingOf } from "../gate/facts-from";
import type { Gate } from "../gate/gate";
import type { LedgerStore } from "../ledger/store";
import { shortName } from "./read-stack";
import { stackGate } from "./stack-gate";
import type { Workplace } from "./workplace";

/**
 * What a stack's gate says of a release, read with the caller's credentials; nothing where it has no gate.
 *
 * @param declaration hash of what the stack is declared from. @default not known: parity does not hold then
 */
export async function gateAnswer(
  place: Workplace,
  stack: string,
  release: string,
  declaration?: string,
): Promise<GateAnswer | undefined> {
  const [written, { region: own, profile }, { store }] = await Promise.all([
    stackGate(place, stack),
    place.readAwsPlace(stack),
    place.openLedger(stack),
  ]);
  const inFile = written && { ...written, provenIn: { region: own, ...written.provenIn } };
  const standing = await standingOf(store);
  const gates = gatesOf(standing, inFile);
  if (gates === undefined) return undefined;
  const ledgerOf = ({ stack: from, accountId: account, region }: Gate["provenIn"]): LedgerStore =>
    place.openLedgerAt(from, { account, region, ...(profile !== undefined && { profile }) }).store;
  const coming = { release, stack: shortName(stack), declaration };
  const answer = await askGates(gates, coming, standing, store, ledgerOf);
  return { from: gates.provenIn.stack, ...answer };
}
