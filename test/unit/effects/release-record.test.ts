import assert from "node:assert/strict";
import { STSClient } from "@aws-sdk/client-sts";
import { LedgerBucket } from "../../../effects/ledger-bucket";
import { effect, type ReleaseRecordInputs } from "../../../effects/release-record";
import { history } from "../../../release/ledger/history";
import { writer } from "../release/ledger/entries";
import { MemoryStore } from "../release/ledger/memory-store";

const [ONE, TWO, THREE] = ["a", "b", "c"].map((digit) => digit.repeat(64)) as [
  string,
  string,
  string,
];

describe("what is on record of a release that became live", () => {
  const at = Object.getOwnPropertyDescriptor(LedgerBucket, "at") ?? {};
  let ledger: MemoryStore;

  const inputs = (release: string): ReleaseRecordInputs => ({
    region: "us-east-1",
    bucket: "ledger",
    stack: "stage",
    release,
    drafts: [{ kind: "smoke", release, what: "the smoke test" }],
    way: "open",
    declaration: "",
  });
  const create = (release: string): Promise<unknown> => effect.create(inputs(release));
  const update = (from: string, to: string): Promise<unknown> =>
    effect.update("ledger", inputs(from), inputs(to));
  const said = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { kind, release = "" } of history(ledger))
      found.unshift(`${kind} ${release.slice(0, 1)}`);
    return found;
  };

  beforeEach(() => {
    ledger = new MemoryStore();
    LedgerBucket.at = () => ledger as unknown as LedgerBucket;
    const { arn: Arn, userId: UserId } = writer("pipeline").by;
    const value = (): Promise<object> => Promise.resolve({ Arn, UserId });
    Object.defineProperty(STSClient.prototype, "send", { value, configurable: true });
  });

  afterEach(() => {
    Object.defineProperty(LedgerBucket, "at", at);
    Reflect.deleteProperty(STSClient.prototype, "send");
  });

  it("is that the one before is replaced, then its tests, then that it is live", async () => {
    await create(ONE);
    await update(ONE, TWO);
    assert.deepEqual(await said(), ["smoke a", "live a", "replaced a", "smoke b", "live b"]);
  });

  it("is of the release that the ledger calls live, where a stack is made again and its state knows of none", async () => {
    await create(ONE);
    await create(TWO);
    assert.deepEqual((await said()).slice(2), ["replaced a", "smoke b", "live b"]);
    await create(TWO);
    assert.deepEqual((await said()).slice(5), ["smoke b", "live b"]);
  });

  it("is not of a release that the state was made to name", async () => {
    await create(ONE);
    await update(THREE, TWO);
    assert.deepEqual((await said()).slice(2), ["replaced a", "smoke b", "live b"]);
  });

  it("is that one was taken back where what ran before it came in its place, and only then", async () => {
    await create(ONE);
    await update(ONE, TWO);
    await update(TWO, ONE);
    await update(ONE, THREE);
    const taken: unknown[] = [];
    for await (const { release, details } of history(ledger, { kinds: ["replaced"] }))
      taken.unshift([release?.slice(0, 1), details?.["wentBack"]]);
    assert.deepEqual(taken, [
      ["a", false],
      ["b", true],
      ["a", false],
    ]);
  });
});
