import assert from "node:assert/strict";
import { SNSClient } from "@aws-sdk/client-sns";
import { STSClient } from "@aws-sdk/client-sts";
import * as pulumi from "@pulumi/pulumi";
import { type Admission, requireAdmission } from "../../../components/admission";
import { LedgerBucket } from "../../../effects/ledger-bucket";
import type { Json } from "../../../release/canonical-json";
import type { Gate } from "../../../release/gate/gate";
import { append, type Writer } from "../../../release/ledger/append";
import type { Draft, Entry } from "../../../release/ledger/entry";
import { history } from "../../../release/ledger/history";
import { parseSettings } from "../../../settings";
import type { Settings } from "../../../settings/types";
import { GATE } from "../release/gate/samples";
import { MemoryStore } from "../release/ledger/memory-store";
import { encode, sampleDraft } from "../settings/sample-config";
import { PLACE } from "./samples";

const place = { ...PLACE, stack: "production", accountId: "222222222222" };
const HERE = "switchyard-production-ledger-222222222222";
const THERE = "switchyard-stage-ledger-111111111111";
const ELSEWHERE = "switchyard-stage-ledger-999999999999";
const [RUNS, NEXT, OLD] = ["a", "b", "c"].map((digit) => digit.repeat(64)) as [
  string,
  string,
  string,
];

const by = (role: string, person: string): Writer["by"] => ({
  arn: `arn:aws:sts::222222222222:assumed-role/${role}/${person}`,
  userId: `AROAEXAMPLEROLE:${person}`,
});
const PIPELINE = by("deployer", "pipeline");
const strict: Gate = { ...GATE, soakMinutes: 0, windows: [], freezes: [] };
const weak: Gate = { ...strict, evidence: [], approvals: [] };

/** The gate as an update asks it: by ledgers in two accounts, and by who runs it. */
describe("an update", () => {
  const at = Object.getOwnPropertyDescriptor(LedgerBucket, "at") ?? {};
  let ledgers: Record<string, MemoryStore>;
  const base = parseSettings(encode(sampleDraft("stage")));

  const ledger = (name: string): MemoryStore => (ledgers[name] ??= new MemoryStore());
  const say = (
    bucket: string,
    kind: Draft["kind"],
    release: string | undefined,
    more: Partial<Draft> & { by?: Writer["by"] } = {},
  ): Promise<Entry> => {
    const { by: who = PIPELINE, ...rest } = more;
    const stack = bucket === HERE ? "production" : "stage";
    const draft = { kind, what: kind, ...(release !== undefined && { release }), ...rest };
    return append(ledger(bucket), { stack, by: who }, draft);
  };
  const prove = async (bucket: string, release: string): Promise<void> => {
    for (const kind of ["built", "smoke", "live"] as const) await say(bucket, kind, release);
  };
  const update = async (release?: string, gate?: Gate, preview = false): Promise<Admission> => {
    const pinned = release !== undefined && { release: { id: release, commit: "abc", images: {} } };
    const settings: Settings = { ...base, ...pinned, ...(gate && { gate }) };
    const mocks: pulumi.runtime.Mocks = {
      newResource: ({ inputs }) => ({ id: "x", state: inputs as object }),
      call: ({ inputs }) => inputs as object,
    };
    await pulumi.runtime.setMocks(mocks, "switchyard", "production", preview);
    return requireAdmission(settings, place);
  };
  const entries = async (): Promise<Entry[]> => {
    const found: Entry[] = [];
    for await (const entry of history(ledger(HERE))) found.unshift(entry);
    return found;
  };
  const gatesOnRecord = async (): Promise<unknown[]> =>
    (await entries()).filter(({ kind }) => kind === "gate").map(({ details }) => details?.["gate"]);

  beforeEach(async () => {
    ledgers = {};
    LedgerBucket.at = (_place, bucket) => ledger(bucket) as unknown as LedgerBucket;
    const answer = (value: unknown) => ({ value, configurable: true });
    Object.defineProperty(
      STSClient.prototype,
      "send",
      answer(() => Promise.resolve({ Arn: PIPELINE.arn, UserId: PIPELINE.userId })),
    );
    Object.defineProperty(
      SNSClient.prototype,
      "send",
      answer(() => Promise.resolve({})),
    );
    // A stack with a gate on record, which went from one release to the next.
    const gate = JSON.parse(JSON.stringify(strict)) as Json;
    await say(HERE, "gate", undefined, { details: { gate } });
    await say(HERE, "live", OLD);
    await say(HERE, "replaced", OLD, { details: { by: RUNS, way: "open" } });
    await say(HERE, "live", RUNS);
  });

  afterEach(() => {
    Object.defineProperty(LedgerBucket, "at", at);
    for (const { prototype } of [STSClient, SNSClient]) Reflect.deleteProperty(prototype, "send");
  });

  const askFor = async (release: string): Promise<void> => {
    await say(HERE, "promoted", release, { by: by("promoter", "paula") });
  };

  it("puts no weaker gate on record by going back, which asks for nothing", async () => {
    assert.equal((await update(OLD, weak)).way, "back");
    assert.deepEqual(await gatesOnRecord(), [strict]);
    await askFor(NEXT);
    await assert.rejects(update(NEXT, weak), /\d of \d conditions do not hold/);
  });

  it("puts no weaker gate on record by finishing what was let in, nor past all that in an emergency", async () => {
    await prove(THERE, NEXT);
    await askFor(NEXT);
    await say(HERE, "overridden", NEXT, {
      by: by("on-call", "olga"),
      details: { reason: "the old one leaks" },
    });
    assert.equal((await update(NEXT, weak)).way, "overridden");
    const before = (await entries()).length;
    assert.equal((await update(NEXT, weak)).way, "finish");
    assert.equal((await entries()).length, before, "its hours count from when it was let in");
    assert.deepEqual(await gatesOnRecord(), [strict]);
  });

  it("tells everybody of an emergency before it is on record, so that no run can end in between in silence", async () => {
    await askFor(NEXT);
    const details = { reason: "the old one leaks" };
    await say(HERE, "overridden", NEXT, { by: by("on-call", "olga"), details });
    const told: string[] = [];
    const value = async ({ input }: { input: { Message: string } }): Promise<object> => {
      assert.ok(!(await entries()).some(({ kind }) => kind === "admitted"));
      told.push(input.Message);
      return {};
    };
    Object.defineProperty(SNSClient.prototype, "send", { value, configurable: true });
    await update(NEXT, strict);
    assert.match(told.join(), /in an emergency, by the word of .*olga[^]*delivered by .*pipeline$/);
    assert.equal((await entries()).at(-1)?.details?.["way"], "overridden");
  });

  it("says in its refusal and in a preview how another gate would take the place of the one on record", async () => {
    await askFor(NEXT);
    const change =
      /the gate of production in its settings is not the one on record \(entry 1\), and takes its place with the first release that passes both:\n {2}approvals: \[\{.*\}\] -> \[\]\n {2}evidence: \["built","smoke","live"\] -> \[\]/;
    await assert.rejects(update(NEXT, weak), change);
    const warned: string[] = [];
    const { warn } = pulumi.log;
    Object.assign(pulumi.log, { warn: (text: string) => Promise.resolve(warned.push(text)) });
    try {
      await update(NEXT, weak, true);
      await update(OLD, weak, true);
      await update(RUNS, weak, true);
      await update(NEXT, strict, true);
    } finally {
      Object.assign(pulumi.log, { warn });
    }
    assert.deepEqual(
      warned.map((text) => change.test(text)),
      [true, true, false],
    );
  });

  it("tells everybody of another gate before it is on record, and of none that is the same", async () => {
    await prove(THERE, NEXT);
    await askFor(NEXT);
    await say(HERE, "approved", NEXT, { by: by("approver", "alice") });
    const told: string[] = [];
    const value = async ({ input }: { input: { Message: string } }): Promise<object> => {
      assert.deepEqual(await gatesOnRecord(), [strict]);
      told.push(input.Message);
      return {};
    };
    Object.defineProperty(SNSClient.prototype, "send", { value, configurable: true });
    assert.equal((await update(NEXT, strict)).way, "open");
    assert.deepEqual(told, []);
    await askFor(NEXT);
    await say(HERE, "approved", NEXT, { by: by("approver", "alice") });
    assert.equal((await update(NEXT, weak)).way, "open");
    assert.match(
      told.join(),
      /takes its place with this release:[^]*evidence: .* -> \[\][^]*delivered by .*pipeline$/,
    );
  });

  it("puts the first gate of all on record though nothing else changes, so that it can't be taken out again", async () => {
    ledgers = {};
    await say(HERE, "live", RUNS);
    assert.equal((await update(RUNS, strict, true)).way, "unchanged");
    assert.deepEqual(await gatesOnRecord(), []);
    for (let times = 0; times < 2; times++)
      assert.equal((await update(RUNS, strict)).way, "unchanged");
    assert.deepEqual(await gatesOnRecord(), [strict]);
    await assert.rejects(update(NEXT), /\(by the gate of entry 2\)/);
  });

  it("leaves the ledger's policy to the gate of the settings, and to that on record where they have none", async () => {
    assert.deepEqual((await update(RUNS, weak)).gate, weak);
    assert.deepEqual((await update(RUNS)).gate, strict);
    ledgers = {};
    assert.equal((await update(RUNS)).gate, undefined);
  });

  it("writes nothing of what it refuses, nor in a preview", async () => {
    const before = await entries();
    await assert.rejects(update(NEXT, strict), /\d of \d conditions do not hold/);
    assert.equal((await update(NEXT, strict, true)).way, "closed");
    assert.equal((await update(RUNS, weak)).way, "unchanged");
    assert.deepEqual(await entries(), before);
  });

  it("keeps what is to be on record of a first delivery until there is a ledger to have it", async () => {
    ledgers = {};
    await prove(THERE, NEXT);
    const { way, drafts } = await update(NEXT, strict);
    assert.equal(way, "open");
    assert.deepEqual(
      drafts.map(({ kind }) => kind),
      ["admitted", "gate"],
    );
    assert.deepEqual(ledger(HERE).objects, []);
  });

  it("of no release is refused by a gate on record, though the settings have none", async () => {
    await assert.rejects(
      update(undefined),
      /production has a gate, which lets in .*: found build: true/,
    );
  });

  it("puts another gate on record with a release that has passed both", async () => {
    await prove(THERE, NEXT);
    await askFor(NEXT);
    await say(HERE, "approved", NEXT, { by: by("approver", "alice") });
    assert.equal((await update(NEXT, weak)).way, "open");
    assert.deepEqual(await gatesOnRecord(), [strict, weak]);
  });

  it("is asked for proof in the place that the gate on record names, whatever the settings name", async () => {
    await prove(ELSEWHERE, NEXT);
    await askFor(NEXT);
    await say(HERE, "approved", NEXT, { by: by("approver", "alice") });
    const moved = { ...strict, provenIn: { ...strict.provenIn, accountId: "999999999999" } };
    await assert.rejects(update(NEXT, moved), /built in stage \(by the gate of entry 1\): found/);
    await prove(THERE, NEXT);
    assert.equal((await update(NEXT, moved)).way, "open");
  });
});
