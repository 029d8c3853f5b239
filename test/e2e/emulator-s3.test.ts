/** S3 as a ledger needs it: an entry is written once, seen by all, and gone from nobody's hand. */
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import type { Emulator } from "../../toolchain/emulator.mjs";
import { optionsFor, python } from "./emulator/world";

const Bucket = "ledger-of-a-test";
const dayMilliseconds = 86_400_000;

describe("a ledger in the emulator's S3", function () {
  this.timeout(60_000);
  const options = optionsFor("emulator-s3");
  let emulator: Emulator | undefined;
  let s3: S3Client;

  const clientOf = (endpoint: string, more: ConstructorParameters<typeof S3Client>[0] = {}) => {
    const credentials = { accessKeyId: options.account, secretAccessKey: "emulator" };
    return new S3Client({ endpoint, region: options.region, credentials, maxAttempts: 1, ...more });
  };
  const put = (Key: string, Body: string, more: Partial<PutObjectCommandInput> = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body, IfNoneMatch: "*", ...more }));
  const refusal = async (call: Promise<unknown>): Promise<string> => {
    const error: unknown = await call.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof S3ServiceException, `not refused: ${String(error)}`);
    return `${error.$metadata.httpStatusCode ?? 0} ${error.name}`;
  };
  const versionsOf = (Prefix: string) => s3.send(new ListObjectVersionsCommand({ Bucket, Prefix }));

  before(async function () {
    if (python === undefined) this.skip();
    const { startEmulator } = await import("../../toolchain/emulator.mjs");
    emulator = await startEmulator(options);
    s3 = clientOf(emulator.endpoint);
    await s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
    const DefaultRetention = { Mode: "COMPLIANCE", Days: 2 } as const;
    await s3.send(
      new PutObjectLockConfigurationCommand({
        Bucket,
        ObjectLockConfiguration: { ObjectLockEnabled: "Enabled", Rule: { DefaultRetention } },
      }),
    );
  });

  after(async () => {
    await emulator?.stop();
    rmSync(options.stateDir, { recursive: true, force: true });
  });

  it("takes an entry once: a second write of its key is refused, the first one stays", async () => {
    await put("once/1", "first");
    assert.equal(await refusal(put("once/1", "second")), "412 PreconditionFailed");
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: "once/1" }));
    assert.equal(await Body?.transformToString(), "first");
  });

  it("lets exactly one of many writers at once win", async () => {
    const writers = Array.from({ length: 8 }, (_, index) => put("race/1", `writer ${index}`));
    const ends = await Promise.allSettled(writers);
    const lost = ends.flatMap((end) => (end.status === "rejected" ? [end.reason as unknown] : []));
    assert.equal(lost.length, 7);
    for (const reason of lost) assert.equal((reason as Error).name, "PreconditionFailed");
    assert.equal((await versionsOf("race/")).Versions?.length, 1);
  });

  it("writes where a delete marker is on top, as on a key that is free", async () => {
    await put("marker/1", "first");
    const deleted = await s3.send(new DeleteObjectCommand({ Bucket, Key: "marker/1" }));
    assert.equal(deleted.DeleteMarker, true);
    assert.equal(
      await refusal(s3.send(new GetObjectCommand({ Bucket, Key: "marker/1" }))),
      "404 NoSuchKey",
    );
    await put("marker/1", "second");
    const { Versions = [], DeleteMarkers = [] } = await versionsOf("marker/");
    assert.deepEqual(
      Versions.map(({ IsLatest }) => IsLatest),
      [true, false],
    );
    assert.deepEqual(
      DeleteMarkers.map(({ IsLatest, VersionId }) => [IsLatest, VersionId]),
      [[false, deleted.VersionId]],
    );
    const [, VersionId] = Versions.map((version) => version.VersionId);
    const first = await s3.send(new GetObjectCommand({ Bucket, Key: "marker/1", VersionId }));
    assert.equal(await first.Body?.transformToString(), "first");
  });

  it("says that there is nothing to match, where there is nothing", async () => {
    const call = put("nothing/1", "x", { IfNoneMatch: undefined, IfMatch: '"abc"' });
    assert.equal(await refusal(call), "404 NoSuchKey");
  });

  it("keeps the checksum that came with an entry, and refuses one that is not the entry's", async () => {
    const ChecksumSHA256 = createHash("sha256").update("entry").digest("base64");
    await put("sum/1", "entry", { ChecksumSHA256 });
    const command = new HeadObjectCommand({ Bucket, Key: "sum/1", ChecksumMode: "ENABLED" });
    const head = await s3.send(command);
    assert.equal(head.ChecksumSHA256, ChecksumSHA256);
    assert.equal(await refusal(put("sum/2", "another", { ChecksumSHA256 })), "400 BadDigest");
  });

  it("refuses an entry without any checksum, for it would be retained", async () => {
    const bare = clientOf(emulator?.endpoint ?? "", {
      requestChecksumCalculation: "WHEN_REQUIRED",
    });
    const call = bare.send(new PutObjectCommand({ Bucket, Key: "bare/1", Body: "x" }));
    assert.equal(await refusal(call), "400 InvalidRequest");
  });

  it("lets nobody delete a version that is retained, whatever header asks for it", async () => {
    const { VersionId } = await put("kept/1", "x");
    const Key = "kept/1";
    for (const BypassGovernanceRetention of [undefined, true])
      assert.equal(
        await refusal(
          s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention })),
        ),
        "403 AccessDenied",
      );
    const Delete = { Objects: [{ Key, VersionId }] };
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete, BypassGovernanceRetention: true }),
    );
    assert.deepEqual(
      Errors.map(({ Code }) => Code),
      ["AccessDenied"],
    );
    assert.equal((await versionsOf("kept/")).Versions?.length, 1);
  });

  it("lets a retention be made longer, never shorter or weaker", async () => {
    const Key = "longer/1";
    await put(Key, "x");
    const head = () => s3.send(new HeadObjectCommand({ Bucket, Key }));
    const { ObjectLockMode, ObjectLockRetainUntilDate: until } = await head();
    assert.ok(until);
    assert.equal(ObjectLockMode, "COMPLIANCE");
    assert.ok(Math.abs(until.getTime() - Date.now() - 2 * dayMilliseconds) < 60_000);
    const retain = (Mode: "COMPLIANCE" | "GOVERNANCE", days: number) => {
      const RetainUntilDate = new Date(until.getTime() + days * dayMilliseconds);
      const Retention = { Mode, RetainUntilDate };
      const place = { Bucket, Key, BypassGovernanceRetention: true };
      return s3.send(new PutObjectRetentionCommand({ ...place, Retention }));
    };
    assert.equal(await refusal(retain("COMPLIANCE", -1)), "403 AccessDenied");
    assert.equal(await refusal(retain("GOVERNANCE", 1)), "403 AccessDenied");
    await retain("COMPLIANCE", 1);
    const { ObjectLockRetainUntilDate: later } = await head();
    assert.ok(later && later.getTime() - until.getTime() > dayMilliseconds / 2);
  });

  it("takes a retention with an entry only whole, and only into the future", async () => {
    const ObjectLockRetainUntilDate = new Date(Date.now() - dayMilliseconds);
    for (const lock of [
      { ObjectLockMode: "COMPLIANCE", ObjectLockRetainUntilDate },
      { ObjectLockMode: "COMPLIANCE" },
    ] as const)
      assert.equal(await refusal(put("past/1", "x", lock)), "400 InvalidArgument");
  });

  it("keeps versioning on where objects are locked", async () => {
    const VersioningConfiguration = { Status: "Suspended" } as const;
    const command = new PutBucketVersioningCommand({ Bucket, VersioningConfiguration });
    assert.equal(await refusal(s3.send(command)), "409 InvalidBucketState");
  });

  it("does not delete a bucket that has a version left", async () => {
    await put("left/1", "x");
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "left/1" }));
    assert.equal(await refusal(s3.send(new DeleteBucketCommand({ Bucket }))), "409 BucketNotEmpty");
  });

  it("lists versions and markers page by page, newest first, of one prefix", async () => {
    for (const name of ["a", "b", "c"]) await put(`pages/${name}`, name);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "pages/b" }));
    await put("pages/b", "again");
    const seen: string[] = [];
    const sizes: number[] = [];
    let place: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
    for (;;) {
      const page = await s3.send(
        new ListObjectVersionsCommand({ Bucket, Prefix: "pages/", MaxKeys: 2, ...place }),
      );
      const { Versions = [], DeleteMarkers = [] } = page;
      sizes.push(Versions.length + DeleteMarkers.length);
      seen.push(...Versions.map(({ Key, IsLatest }) => `${Key} ${IsLatest}`));
      seen.push(...DeleteMarkers.map(({ Key, IsLatest }) => `${Key} marker ${IsLatest}`));
      if (page.IsTruncated !== true) break;
      place = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
    assert.deepEqual(sizes, [2, 2, 1]);
    assert.deepEqual(seen, [
      "pages/a true",
      "pages/b true",
      "pages/b false",
      "pages/b marker false",
      "pages/c true",
    ]);
    const from = { Bucket, Prefix: "pages/" };
    const rest = await s3.send(new ListObjectVersionsCommand({ ...from, KeyMarker: "pages/b" }));
    assert.deepEqual(
      rest.Versions?.map(({ Key }) => Key),
      ["pages/c"],
    );
    const after = await s3.send(new ListObjectsV2Command({ ...from, StartAfter: "pages/a" }));
    assert.deepEqual(
      after.Contents?.map(({ Key }) => Key),
      ["pages/b", "pages/c"],
    );
    const alone = s3.send(new ListObjectVersionsCommand({ ...from, VersionIdMarker: "abc" }));
    assert.equal(await refusal(alone), "400 InvalidArgument");
  });

  it("gives a thousand keys a page at most, whatever is asked for", async () => {
    const wish = { Bucket, MaxKeys: 5000 };
    assert.equal((await s3.send(new ListObjectVersionsCommand(wish))).MaxKeys, 1000);
    assert.equal((await s3.send(new ListObjectsV2Command(wish))).MaxKeys, 1000);
  });

  it("refuses a bucket of another account than the one that is expected", async () => {
    const place = { Bucket, Key: "owner/1", Body: "x" };
    const mine = { ...place, ExpectedBucketOwner: options.account };
    await s3.send(new PutObjectCommand(mine));
    const another = { ...place, ExpectedBucketOwner: "999999999999" };
    assert.equal(await refusal(s3.send(new PutObjectCommand(another))), "403 AccessDenied");
  });

  it("says its own time with every answer", async () => {
    const answer = await fetch(`${emulator?.endpoint}/${Bucket}/nothing`);
    const date = Date.parse(answer.headers.get("date") ?? "");
    assert.ok(Math.abs(date - Date.now()) < 2000, `Date: ${answer.headers.get("date")}`);
  });
});
