import type { AwsPlace as EffectPlace } from "../../components/place";
import type { Writer } from "../ledger/append";
import { ledgerBucket } from "../ledger/bucket-name";
import { LedgerError } from "../ledger/ledger-error";
import type { LedgerStore } from "../ledger/store";
import { CommandFailure } from "./failure";
import type { AwsPlace } from "./read-stack";
import { shortName } from "./read-stack";

/** A stack's ledger, as the caller's credentials reach it. */
export interface OpenLedger {
  readonly store: LedgerStore;
  /** Asks AWS who the caller is. */
  readonly writer: () => Promise<Writer>;
}

/** Nothing is asked of AWS yet. */
export function openLedger(project: string, stack: string, aws: AwsPlace): OpenLedger {
  const { account, region, profile } = aws;
  const name = shortName(stack);
  const place: EffectPlace = { region, ...(profile !== undefined && { profile }) };
  const { LedgerBucket, caller } = effects();
  return {
    store: LedgerBucket.at(place, ledgerBucket(project, name, account)),
    writer: async () => ({ stack: name, by: await caller(place) }),
  };
}

type Effects = typeof import("../../effects/ledger-bucket") &
  typeof import("../../effects/caller") &
  typeof import("../../effects/clients");

/** Loaded when it is needed: most verbs do not call AWS. */
function effects(): Effects {
  /* eslint-disable @typescript-eslint/no-require-imports -- `import()` wants a file's ending */
  return {
    ...(require("../../effects/ledger-bucket") as Effects),
    ...(require("../../effects/caller") as Effects),
    ...(require("../../effects/clients") as Effects),
  };
  /* eslint-enable @typescript-eslint/no-require-imports */
}

/** Runs what reads or writes a ledger; what goes wrong there is the end of the verb, in one line. */
export async function withLedger<T>(doing: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    if (error instanceof LedgerError) throw new CommandFailure("refused", error.message);
    const [message = doing] = effects().explain(error, doing).message.split("\n");
    throw new CommandFailure(
      "failed",
      message,
      "look at your credentials, and at what they may do with the ledger's bucket, then run it again",
      error,
    );
  }
}
