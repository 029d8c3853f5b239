import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { LedgerBucket } from "../effects/ledger-bucket";
import type { Json } from "../release/canonical-json";
import { askGates, gatesOf } from "../release/gate/ask";
import { standingOf } from "../release/gate/facts-from";
import type { Gate } from "../release/gate/gate";
import { append, hashOf, type Writer } from "../release/ledger/append";
import {
  BEGINNING,
  type Draft,
  type Entry,
  entryBytes,
  keyOf,
  linkBytes,
} from "../release/ledger/entry";
import { linkKey } from "../release/ledger/keys";
import { verify } from "../release/ledger/verify";
import { createWorld } from "../test/e2e/emulator/world";
import { note } from "./figures";

const KINDS = ["built", "smoke", "acceptance", "live", "replaced"] as const;
const AT_ONCE = 16;

const gate: Gate = {
  provenIn: { stack: "stage", accountId: "111111111111", region: "us-east-1" },
  evidence: ["built", "smoke", "acceptance", "live"],
  soakMinutes: 0,
  approvals: [],
  windows: [],
  freezes: [],
  emergency: [],
  people: {},
};
const by = { arn: "arn:aws:iam::111111111111:user/ann", userId: "AIDAEXAMPLEEXAMPLE:ann" };
const writer: Writer = { stack: "stage", by };
const DECLARATION = "d".repeat(64);

/** Id of the release that an entry is about: each has all kinds of entries once. */
const releaseOf = (sequence: number): string =>
  Math.ceil(sequence / KINDS.length)
    .toString(16)
    .padStart(64, "0");

/** A long ledger in S3: what an append, a decision and a proof ask of it. */
export async function ledger(): Promise<void> {
  const world = await createWorld("bench-ledger");
  const client = new S3Client({
    endpoint: world.emulator.endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "111111111111", secretAccessKey: "test" },
  });
  let requests = 0;
  client.middlewareStack.add(
    (next) => (args) => {
      requests++;
      return next(args);
    },
    { step: "finalizeRequest" },
  );
  const counted = async <T>(run: () => Promise<T>): Promise<{ result: T; asked: number }> => {
    const before = requests;
    const result = await run();
    return { result, asked: requests - before };
  };
  try {
    for (const count of [100, 10_000]) {
      const Bucket = `bench-${count}`;
      await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
      const store = new LedgerBucket(client, Bucket);
      await fill(store, count, (sequence) => ({
        kind: KINDS[(sequence - 1) % KINDS.length] ?? "live",
        release: releaseOf(sequence),
        what: "bench",
      }));
      const release = releaseOf(count / 2);
      const here = new LedgerBucket(client, `bench-own-${count}`);
      await client.send(
        new CreateBucketCommand({ Bucket: here.bucket, ObjectLockEnabledForBucket: true }),
      );
      await fill(here, count, (sequence) => ownEntry(sequence, count, release));
      const added = await counted(() =>
        append(store, writer, { kind: "frozen", what: "bench", details: { reason: "a bench" } }),
      );
      const decided = await counted(async () => {
        const standing = await standingOf(here);
        const gates = gatesOf(standing, gate);
        if (!gates) throw new Error("there is no gate");
        const coming = { release, stack: "production", declaration: DECLARATION };
        return (await askGates(gates, coming, standing, here, () => store)).verdict;
      });
      if (decided.result.way !== "open") throw new Error(JSON.stringify(decided.result));
      const proven = await counted(() => verify(store));
      if (proven.result.problems.length > 0) throw new Error(proven.result.problems.join("\n"));
      const { entries } = proven.result;
      const each = (proven.asked / entries).toFixed(2);
      note(
        `${entries} entries: requests of append, of a decision`,
        `${added.asked}, ${decided.asked}`,
      );
      note(`${entries} entries: requests of verify, for each entry`, `${proven.asked}, ${each}`);
    }
  } finally {
    client.destroy();
    await world.close();
  }
}

/** Of the stack that delivers: it has had its gate from the first entry on, was looked at for drift ever since, and is asked for the release at last. */
function ownEntry(sequence: number, count: number, release: string): Draft {
  if (sequence === 1)
    return {
      kind: "gate",
      what: "bench",
      details: { gate: JSON.parse(JSON.stringify(gate)) as Json },
    };
  return sequence === count
    ? { kind: "promoted", release, what: "bench" }
    : { kind: "drift", what: "bench" };
}

/** As `append` leaves it, some writes at once. */
async function fill(
  store: LedgerBucket,
  count: number,
  draftOf: (sequence: number) => Draft,
): Promise<void> {
  let previous = BEGINNING;
  let writes: Promise<boolean>[] = [];
  for (let sequence = 1; sequence <= count; sequence++) {
    const time = `${new Date().toISOString().slice(0, 19)}Z`;
    const entry: Entry = { ...writer, ...draftOf(sequence), sequence, previous, time };
    previous = hashOf(entry);
    const key = keyOf(entry);
    writes.push(
      store.write(key, entryBytes(entry)),
      store.write(linkKey(sequence), linkBytes(key)),
    );
    if (writes.length < AT_ONCE && sequence < count) continue;
    await Promise.all(writes);
    writes = [];
  }
}
