import type { Entry } from "../ledger/entry";
import { lookUp, type Reader, readerOf } from "../ledger/look-up";
import { type Head, readHead } from "../ledger/append";
import type { LedgerStore } from "../ledger/store";
import { detail, type Facts, newest } from "./facts";
import type { GateInForce } from "./decide";
import { EVIDENCE, type Gate } from "./gate";

const HERE = ["promoted", "approved", "overridden", "admitted", "live", "replaced"] as const;

/** What a stack's ledger says of the stack itself: which gate it has, and whether it is frozen. */
export interface Standing {
  /** By S3's clock. */
  readonly now: Date;
  /** The ledger's end, as it was read. */
  readonly head: Head;
  /** Whether nothing is on record yet, or there is no ledger. */
  readonly isNew: boolean;
  /** Whether its ledger is there, empty or not. */
  readonly hasLedger: boolean;
  /** The newest entry of the kind `gate`. @default it never had one */
  readonly gate?: Entry;
  /** The newest of `frozen` and `unfrozen`. @default it was never frozen */
  readonly frozen?: Entry;
}

/** Five requests where nothing of the three kinds is on record, and two more for each kind that is. */
export async function standingOf(ledger: LedgerStore): Promise<Standing> {
  const head = await readHead(ledger);
  const { time, sequence, isThere } = head;
  const kinds = ["gate", "frozen", "unfrozen"] as const;
  const entries = sequence === 0 ? [] : await lookUp(ledger, { kinds, newestOnly: true }, head);
  const gate = newest(entries, "gate");
  const frozen = newest(entries, "frozen", "unfrozen");
  return {
    now: time,
    head,
    isNew: sequence === 0,
    hasLedger: isThere,
    ...(gate && { gate }),
    ...(frozen && { frozen }),
  };
}

/** The gate on record: it was read from settings by their schema once, and nobody has changed the ledger since. */
export function inForceOf({ gate: entry }: Pick<Standing, "gate">): GateInForce | undefined {
  const gate = entry?.details?.["gate"];
  return entry && gate !== undefined ? { gate: gate as unknown as Gate, entry } : undefined;
}

/** What the ledgers of both stacks say of a release: as many requests as there are entries about it, twice, whatever else is in them. */
export async function factsFrom(
  release: string,
  standing: Standing,
  here: LedgerStore,
  there: LedgerStore,
): Promise<Facts> {
  const { now, frozen, isNew, head } = standing;
  const [ofHere, ofThere] = [readerOf(here, head), readerOf(there)];
  const own = isNew ? [] : await ofHere({ release, kinds: HERE });
  const by = detail(newest(own, "replaced"), "by");
  const [successor, proofs] = await Promise.all([
    by === undefined ? [] : ofHere({ release: by, kinds: ["live", "replaced"] }),
    readProofs(release, ofThere),
  ]);
  // Nobody is asked to approve what runs already, nor the first of all.
  const isAsked = !isNew && newest(own, "live", "replaced")?.kind !== "live";
  const built = isAsked ? proofs.there.filter(({ kind }) => kind === "built") : [];
  const between = await builtBetween(release, built, ofHere, ofThere);
  return {
    release,
    now,
    isNew,
    here: own,
    successor,
    ...proofs,
    between,
    ...(frozen && { frozen }),
  };
}

/** More releases than this between two deliveries are not looked through: two requests for each. */
const MOST_BETWEEN = 200;

/** Of a release that follows others which never came here: how those were built, whose changes it has as well; each time that they were. */
async function builtBetween(
  last: string,
  built: readonly Entry[],
  ofHere: Reader,
  ofThere: Reader,
): Promise<Entry[]> {
  const between: Entry[] = [];
  const seen = new Set([last]);
  const next = [...built];
  for (let entry = next.shift(); entry && seen.size <= MOST_BETWEEN; entry = next.shift()) {
    const release = detail(entry, "follows");
    if (release === undefined || seen.has(release)) continue;
    seen.add(release);
    const [wasHere] = await ofHere({ release, kinds: ["live"], newestOnly: true });
    if (wasHere) continue;
    const found = await ofThere({ release, kinds: ["built"] });
    between.push(...found);
    next.push(...found);
  }
  return between;
}

/** A ledger of another account may be out of reach: then nothing is proven, and it is said why. */
async function readProofs(
  release: string,
  ofThere: Reader,
): Promise<Pick<Facts, "there" | "unreadable">> {
  try {
    return { there: await ofThere({ release, kinds: [...EVIDENCE, "replaced"] }) };
  } catch (error) {
    return { there: [], unreadable: error instanceof Error ? error.message : String(error) };
  }
}
