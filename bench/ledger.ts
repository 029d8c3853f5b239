import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { LedgerBucket } from "../effects/ledger-bucket";
import { decide } from "../release/gate/decide";
import { factsFrom, standingOf } from "../release/gate/facts-from";
import type { Gate } from "../release/gate/gate";
import { append, hashOf, type Writer } from "../release/ledger/append";
import { BEGINNING, type Entry, entryBytes, keyOf, linkBytes } from "../release/ledger/entry";
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
      await fill(store, count);
      const here = new LedgerBucket(client, `none-${count}`);
      const added = await counted(() =>
        append(store, writer, { kind: "frozen", what: "bench", details: { reason: "a bench" } }),
      );
      const release = releaseOf(count / 2);
      const decided = await counted(async () =>
        decide(
          { settings: gate },
          await factsFrom(release, await standingOf(here), here, store),
          "production",
        ),
      );
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

/** As `append` leaves it, some writes at once. */
async function fill(store: LedgerBucket, count: number): Promise<void> {
  let previous = BEGINNING;
  let writes: Promise<boolean>[] = [];
  for (let sequence = 1; sequence <= count; sequence++) {
    const kind = KINDS[(sequence - 1) % KINDS.length] ?? "live";
    const time = `${new Date().toISOString().slice(0, 19)}Z`;
    const what = "bench";
    const release = releaseOf(sequence);
    const entry: Entry = { ...writer, kind, release, what, sequence, previous, time };
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
