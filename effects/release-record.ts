import type { Effect } from "../components/effect-resource";
import type { AwsPlace } from "../components/place";
import { append, hashOf, type Writer } from "../release/ledger/append";
import { BEGINNING, type Draft, type Entry } from "../release/ledger/entry";
import { liveIn } from "../release/ledger/live";
import { type Reader, readerOf } from "../release/ledger/look-up";
import type { LedgerAnchor } from "../release/outputs";
import { caller } from "./caller";
import { explain } from "./clients";
import { LedgerBucket } from "./ledger-bucket";

export interface ReleaseRecordInputs extends AwsPlace {
  readonly bucket: string;
  readonly stack: string;
  /** Id of the release that is live now. */
  readonly release: string;
  /** What is to be on record of it, in this order. */
  readonly drafts: readonly Draft[];
  /** How it came here, as the gate says it. */
  readonly way: string;
  /** Hash of what the stack was declared from: for `parity`, which finds it in a preview. */
  readonly declaration: string;
}

/**
 * Writes down that a release is live. That the one before is no longer goes first: of two that seem live after a kill, a gate would
 * let either in again. Which one that is the ledger says, also where the state knows of none, as that of a stack which is made again.
 *
 * @param known what the state says was live
 */
async function record(inputs: ReleaseRecordInputs, known?: string): Promise<LedgerAnchor> {
  const { bucket, stack, release, drafts, way } = inputs;
  try {
    const writer: Writer = { stack, by: await caller(inputs) };
    const ledger = LedgerBucket.at(inputs, bucket);
    const ofLedger = readerOf(ledger);
    const before = await liveIn(ledger, ofLedger, known);
    const all: readonly Draft[] = [
      ...(before === undefined || before === release
        ? []
        : [replaced(before, inputs, await wasLive(ofLedger, release))]),
      ...drafts,
      { kind: "live", release, what: "pulumi up", details: { way } },
    ];
    let last: Entry | undefined;
    for (const draft of all) last = await append(ledger, writer, draft);
    return { bucket, sequence: last?.sequence ?? 0, hash: last ? hashOf(last) : BEGINNING };
  } catch (error) {
    throw explain(error, `writing to the ledger ${bucket}, after ${release} became live`);
  }
}

const wasLive = async (ofLedger: Reader, release: string): Promise<boolean> =>
  (await ofLedger({ release, kinds: ["live"], newestOnly: true })).length > 0;

/** @param wentBack whether what came in its place had been live before it: then it was taken back, and its proof there is none any more */
const replaced = (
  before: string,
  { release: by, way }: ReleaseRecordInputs,
  wentBack: boolean,
): Draft => ({
  kind: "replaced",
  release: before,
  what: "pulumi up",
  details: { by, way, wentBack },
});

export const effect: Effect = {
  async create(inputs: ReleaseRecordInputs) {
    const anchor = await record(inputs);
    return { id: inputs.bucket, outs: { ...inputs, anchor } };
  },
  diff(_id: string, olds: ReleaseRecordInputs, news: ReleaseRecordInputs) {
    // What else is said of a release is not said twice.
    return Promise.resolve({
      changes: olds.release !== news.release || olds.bucket !== news.bucket,
    });
  },
  async update(_id: string, olds: ReleaseRecordInputs, news: ReleaseRecordInputs) {
    return { outs: { ...news, anchor: await record(news, olds.release) } };
  },
  read(id: string, props: ReleaseRecordInputs) {
    return Promise.resolve({ id, props });
  },
  async delete() {
    // what happened has happened: a ledger outlives its stack
  },
};
