import assert from "node:assert/strict";
import { effect } from "../../../effects/external-secret";
import { awsError, StubAws } from "./stub-aws";

const INPUTS = { region: "us-east-1", name: "key", secretArn: "arn:secret:key" };

describe("an external secret's value", () => {
  let aws: StubAws;
  let versions: Record<string, string[]> | undefined;
  beforeEach(() => {
    versions = { old: ["AWSPREVIOUS"], now: ["AWSCURRENT"], next: ["AWSPENDING"] };
    aws = new StubAws({ DescribeSecret: () => ({ VersionIdsToStages: versions }) });
  });
  afterEach(() => {
    aws.restore();
  });

  it("is the current version unless one is pinned", async () => {
    const made = await effect.create(INPUTS);
    assert.deepEqual(made, { id: "key", outs: { ...INPUTS, versionId: "now" } });
    const pinned = { ...INPUTS, wantedVersionId: "old" };
    assert.deepEqual(await effect.create(pinned), {
      id: "key",
      outs: { ...pinned, versionId: "old" },
    });
  });

  it("is never read: only which versions there are", async () => {
    await effect.create(INPUTS);
    assert.deepEqual(aws.calls, [
      { command: "DescribeSecret", input: { SecretId: "arn:secret:key" } },
    ]);
  });

  it("must be there: without one the message says how to put it in", async () => {
    for (const none of [undefined, {}, { next: ["AWSPENDING"] }]) {
      versions = none;
      await assert.rejects(effect.create(INPUTS), {
        message:
          "secret key has no value yet: put it in with `aws secretsmanager put-secret-value " +
          "--secret-id arn:secret:key --secret-string file://VALUE_FILE`, then run the update again",
      });
    }
  });

  it("must be there in the version that is pinned, whatever others there are", async () => {
    const pinned = { ...INPUTS, wantedVersionId: "gone" };
    await assert.rejects(
      effect.create(pinned),
      /^Error: secret key has no version gone: put it in/,
    );
    await assert.rejects(effect.update("key", INPUTS, pinned), /no version gone/);
  });

  it("is looked for again when another version or secret is wanted, and not otherwise", async () => {
    const changes = async (change: object): Promise<boolean | undefined> =>
      (await effect.diff("key", INPUTS, { ...INPUTS, ...change })).changes;
    assert.equal(await changes({ wantedVersionId: "old" }), true);
    assert.equal(await changes({ secretArn: "arn:other" }), true);
    assert.equal(await changes({ region: "eu-west-1" }), false);
    const pinned = { ...INPUTS, wantedVersionId: "old" };
    assert.equal((await effect.diff("key", pinned, INPUTS)).changes, true);
    assert.deepEqual(aws.calls, []);
    assert.deepEqual(await effect.update("key", INPUTS, pinned), {
      outs: { ...pinned, versionId: "old" },
    });
  });

  it("says what it was doing when AWS refuses", async () => {
    aws.on("DescribeSecret", () => {
      throw awsError("AccessDenied", "not you");
    });
    await assert.rejects(effect.create(INPUTS), {
      message: "secret key: looking for its value: not you (AccessDenied)",
    });
  });

  it("is the issuer's: destroying the stack leaves it alone, a refresh asks nothing", async () => {
    await effect.delete("key", INPUTS);
    assert.deepEqual(await effect.read("key", INPUTS), { id: "key", props: INPUTS });
    assert.deepEqual(aws.calls, []);
  });
});
