import { isDeepStrictEqual } from "node:util";
import type { LedgerStore } from "../ledger/store";
import { decide, type GateInForce, type Verdict } from "./decide";
import type { Facts } from "./facts";
import { factsFrom, inForceOf, type Standing } from "./facts-from";
import type { Gate } from "./gate";

/** The gates that a stack has, of which each must let a release in. */
export interface Gates {
  /** That of the settings. @default none is set */
  readonly settings?: Gate;
  readonly inForce?: GateInForce;
  /** Where a release is proven: as the settings say it, else as it is on record. */
  readonly provenIn: Gate["provenIn"];
}

/** Nothing where a stack has no gate, in its settings or on record. */
export function gatesOf(standing: Standing, settings: Gate | undefined): Gates | undefined {
  const inForce = inForceOf(standing);
  const provenIn = (settings ?? inForce?.gate)?.provenIn;
  return provenIn && { ...(settings && { settings }), ...(inForce && { inForce }), provenIn };
}

/** A release that is to come into a stack. */
export interface Coming {
  /** Its id. */
  readonly release: string;
  readonly stack: string;
  /** Hash of what the stack is declared from. @default not known: parity does not hold then */
  readonly declaration?: string | undefined;
}

/**
 * Asks a stack's gates, each by the proofs of the stack that it names itself.
 *
 * @param ledgerOf the ledger of a stack that releases are proven in
 */
export async function askGates(
  gates: Gates,
  { release, stack, declaration }: Coming,
  standing: Standing,
  here: LedgerStore,
  ledgerOf: (place: Gate["provenIn"]) => LedgerStore,
): Promise<{ readonly facts: Facts; readonly verdict: Verdict }> {
  const factsOf = async (place: Gate["provenIn"]): Promise<Facts> => ({
    ...(await factsFrom(release, standing, here, ledgerOf(place))),
    ...(declaration !== undefined && { declaration }),
  });
  const { provenIn, inForce } = gates;
  const facts = await factsOf(provenIn);
  const isSame = inForce === undefined || isDeepStrictEqual(inForce.gate.provenIn, provenIn);
  const older = isSame ? facts : await factsOf(inForce.gate.provenIn);
  return { facts, verdict: decide(gates, facts, stack, older) };
}
