/** Who may do what in an emulated account that enforces IAM, as AWS's documentation says it. */
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { ListClustersCommand, ECSClient } from "@aws-sdk/client-ecs";
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Emulator } from "../../toolchain/emulator.mjs";
import { until } from "./emulator/account";
import { type Caller, document, refusal, rootOf, type Statement } from "./emulator/principals";
import { optionsFor, python } from "./emulator/world";

const Bucket = "bucket-of-a-test";
const bucketArn = `arn:aws:s3:::${Bucket}`;
const denied = "403 AccessDenied";

describe("an emulated account that enforces IAM", function () {
  this.timeout(60_000);
  const options = optionsFor("emulator-iam");
  const log = join(options.stateDir, "requests.jsonl");
  let emulator: Emulator | undefined;
  let root: Caller;

  const put = ({ s3 }: { s3: S3Client }, Key: string, more: Partial<PutObjectCommandInput> = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body: "x", ...more }));
  const allow = (Action: string, Resource: string, more: Partial<Statement> = {}): Statement => ({
    Effect: "Allow",
    Action,
    Resource,
    ...more,
  });
  const deny = (Action: string, Condition: Statement["Condition"]): Statement => ({
    Effect: "Deny",
    Principal: "*",
    Action,
    Resource: `${bucketArn}/*`,
    ...(Condition && { Condition }),
  });
  /** With a policy of the bucket, and without it again. */
  const withPolicy = async (statements: readonly Statement[], then: () => Promise<void>) => {
    const Policy = document(statements);
    await root.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    try {
      await then();
    } finally {
      await root.s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    }
  };
  const trusting = (more: Partial<Statement> = {}): Statement => ({
    Effect: "Allow",
    Principal: { AWS: options.account },
    Action: "sts:AssumeRole",
    ...more,
  });

  before(async function () {
    if (python === undefined) this.skip();
    const { startEmulator } = await import("../../toolchain/emulator.mjs");
    const variables = { SWITCHYARD_REQUEST_LOG: log };
    emulator = await startEmulator({ ...options, enforceIam: true, variables });
    root = rootOf(emulator, options.account);
    await root.s3.send(new CreateBucketCommand({ Bucket }));
  });

  after(async () => {
    await emulator?.stop();
    rmSync(options.stateDir, { recursive: true, force: true });
  });

  it("says who a user and a session of a role are", async () => {
    const ann = await root.user("ann", [allow("sts:AssumeRole", "*")]);
    const { arn, id } = await ann.identity();
    assert.equal(arn, `arn:aws:iam::${options.account}:user/ann`);
    assert.match(id, /^AIDA[A-Z0-9]+$/);
    const session = await ann.assume(await root.role("who", [trusting()], []), "of-ann");
    const role = await session.identity();
    assert.equal(role.arn, `arn:aws:sts::${options.account}:assumed-role/who/of-ann`);
    assert.match(role.id, /^AROA[A-Z0-9]+:of-ann$/);
  });

  it("knows a caller by its secret, not by its key alone", async () => {
    const { credentials } = await root.user("forged", [allow("s3:*", "*")]);
    const forged = rootOf(emulator as Emulator, credentials.accessKeyId);
    assert.equal(await refusal(put(forged, "forged")), "403 SignatureDoesNotMatch");
    const unknown = rootOf(emulator as Emulator, "AKIAIOSFODNN7EXAMPLE");
    assert.equal(await refusal(put(unknown, "unknown")), "403 InvalidAccessKeyId");
  });

  it("lets a user do what its policy allows, and nothing else", async () => {
    const ben = await root.user("ben", [allow("s3:PutObject", `${bucketArn}/of-ben/*`)]);
    await put(ben, "of-ben/1");
    assert.equal(await refusal(put(ben, "of-ann/1")), denied);
    const get = ben.s3.send(new GetObjectCommand({ Bucket, Key: "of-ben/1" }));
    assert.equal(await refusal(get), denied);
  });

  it("says that a key is not there only to who may list the bucket", async () => {
    const read = allow("s3:GetObject", `${bucketArn}/*`);
    const missing = { Bucket, Key: "missing" };
    const blind = await root.user("blind", [read]);
    assert.equal(await refusal(blind.s3.send(new GetObjectCommand(missing))), denied);
    const seeing = await root.user("seeing", [read, allow("s3:ListBucket", bucketArn)]);
    assert.equal(await refusal(seeing.s3.send(new GetObjectCommand(missing))), "404 NoSuchKey");
  });

  it("denies the root what a bucket's policy denies, but for that policy", async () => {
    const all = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*" } as const;
    const resources = [bucketArn, `${bucketArn}/*`];
    await withPolicy([{ ...all, Resource: resources }], async () => {
      assert.equal(await refusal(put(root, "root/1")), denied);
    });
    await put(root, "root/1");
  });

  it("takes loopback for TLS, and denies a request that says it came without", async () => {
    const insecure = { Bool: { "aws:SecureTransport": "false" } };
    await withPolicy([deny("s3:*", insecure)], async () => {
      await put(root, "tls/1");
      const plain = rootOf(emulator as Emulator, options.account);
      plain.s3.middlewareStack.add(
        (next) => (call) => {
          (call.request as { headers: Record<string, string> }).headers["x-forwarded-proto"] =
            "http";
          return next(call);
        },
        { step: "build" },
      );
      assert.equal(await refusal(put(plain, "tls/2")), denied);
    });
  });

  it("denies a write without If-None-Match where the bucket's policy wants it", async () => {
    const unconditional = {
      Null: { "s3:if-none-match": "true" },
      Bool: { "s3:ObjectCreationOperation": "true" },
    };
    await withPolicy([deny("s3:PutObject", unconditional)], async () => {
      assert.equal(await refusal(put(root, "conditional/1")), denied);
      await put(root, "conditional/1", { IfNoneMatch: "*" });
    });
  });

  it("judges by what a write says of its retention, and asks for the right to say it", async () => {
    const Locked = "locked-bucket-of-a-test";
    const objects = `arn:aws:s3:::${Locked}/*`;
    await root.s3.send(
      new CreateBucketCommand({ Bucket: Locked, ObjectLockEnabledForBucket: true }),
    );
    const write = allow("s3:PutObject", objects);
    const long = { NumericGreaterThan: { "s3:object-lock-remaining-retention-days": "10" } };
    const cap: Statement = { ...allow("s3:*", objects), Effect: "Deny", Condition: long };
    const kept = (caller: Caller, days: number) =>
      put(caller, `days/${days}`, {
        Bucket: Locked,
        ObjectLockMode: "GOVERNANCE",
        ObjectLockRetainUntilDate: new Date(Date.now() + days * 86_400_000),
      });
    const retaining = await root.user("retaining", [
      write,
      allow("s3:PutObjectRetention", objects),
      cap,
    ]);
    await kept(retaining, 9);
    assert.equal(await refusal(kept(retaining, 12)), denied);
    assert.equal(await refusal(kept(await root.user("writing", [write]), 9)), denied);
  });

  it("knows a session by the ARN of its role", async () => {
    const arn = await root.role("by-arn", [trusting()], [allow("s3:PutObject", "*")]);
    const session = await root.assume(arn, "one");
    const others = { ArnNotEquals: { "aws:PrincipalArn": arn } };
    await withPolicy([deny("s3:PutObject", others)], async () => {
      await put(session, "by-arn/1");
      assert.equal(await refusal(put(root, "by-arn/2")), denied);
    });
  });

  it("fills in who calls: in resources, in conditions, names in any case", async () => {
    const home = allow("s3:PutObject", `${bucketArn}/home/\${AWS:UserName}/*`);
    const prefix = { StringLike: { "s3:prefix": ["list/${aws:userid}/*"] } };
    const list = allow("s3:ListBucket", bucketArn, { Condition: prefix });
    const cat = await root.user("cat", [home, list]);
    await put(cat, "home/cat/1");
    assert.equal(await refusal(put(cat, "home/dan/1")), denied);
    const { id } = await cat.identity();
    await cat.s3.send(new ListObjectsV2Command({ Bucket, Prefix: `list/${id}/` }));
    const other = new ListObjectsV2Command({ Bucket, Prefix: "list/AIDAOTHER/" });
    assert.equal(await refusal(cat.s3.send(other)), denied);
    const byArn = { StringEquals: { "aws:PrincipalArn": "${aws:PrincipalArn}" } };
    const mine = allow("s3:PutObject", `${bucketArn}/by/\${aws:userid}/*`, { Condition: byArn });
    const session = await root.assume(await root.role("filled", [trusting()], [mine]), "run-7");
    await put(session, `by/${(await session.identity()).id}/1`);
    assert.equal(await refusal(put(session, "by/run-7/1")), denied);
  });

  it("fills in tags of who calls, with a value for who has none", async () => {
    const team = allow("s3:PutObject", `${bucketArn}/\${aws:PrincipalTag/team, 'nobody'}/*`);
    const bare = allow("s3:PutObject", `${bucketArn}/bare\${aws:PrincipalTag/team}/*`);
    const red = await root.user("red", [team, bare], { team: "red" });
    await put(red, "red/1");
    await put(red, "barered/1");
    assert.equal(await refusal(put(red, "nobody/1")), denied);
    const none = await root.user("none", [team, bare]);
    await put(none, "nobody/1");
    assert.equal(await refusal(put(none, "bare/1")), denied);
  });

  it("takes what it fills in, and ${*}, for the characters themselves", async () => {
    const star = await root.user(
      "star",
      [
        allow("s3:PutObject", `${bucketArn}/\${aws:PrincipalTag/path}`),
        allow("s3:PutObject", `${bucketArn}/a\${*}b`),
      ],
      { path: "secret/*" },
    );
    // A tag may not have a star on AWS; a value of another source may.
    assert.equal(await refusal(put(star, "secret/1")), denied);
    await put(star, "a*b");
    assert.equal(await refusal(put(star, "a-b")), denied);
  });

  it("fills nothing in for a policy of the version before variables", async () => {
    const home = allow("s3:PutObject", `${bucketArn}/old/\${aws:username}/*`);
    const eve = await root.user("eve", [home], {}, "2008-10-17");
    assert.equal(await refusal(put(eve, "old/eve/1")), denied);
    await put(eve, "old/${aws:username}/1");
  });

  it("lets a role be assumed only by the names that its trust policy wants", async () => {
    const own = { StringEquals: { "sts:RoleSessionName": "${aws:username}" } };
    const source = { StringLike: { "sts:SourceIdentity": "fay*" } };
    const Action = ["sts:AssumeRole", "sts:SetSourceIdentity"];
    const named = await root.role("named", [trusting({ Condition: own })], []);
    const sourced = await root.role(
      "sourced",
      [trusting({ Action, Condition: source })],
      [allow("s3:PutObject", `${bucketArn}/source/\${aws:SourceIdentity}`)],
    );
    const fay = await root.user("fay", [allow("sts:*", "*")]);
    await fay.assume(named, "fay");
    assert.equal(await refusal(fay.assume(named, "gil")), denied);
    assert.equal(await refusal(fay.assume(sourced, "s")), denied);
    const session = await fay.assume(sourced, "s", { SourceIdentity: "fay-1" });
    await put(session, "source/fay-1");
    assert.equal(await refusal(put(session, "source/fay-2")), denied);
  });

  it("writes down what each call was allowed, and by whom it was asked", async () => {
    const hal = await root.user("hal", [allow("s3:PutObject", "*")]);
    await put(hal, "log/1");
    const { endpoint = "", region } = { ...emulator, ...options };
    const ecs = new ECSClient({ endpoint, region, credentials: hal.credentials, maxAttempts: 1 });
    await assert.rejects(ecs.send(new ListClustersCommand({})));
    // A line is written once its answer is on the way.
    const mine = await until(5, async () => {
      const lines = (await readFile(log, "utf8")).trim().split("\n");
      const calls = lines.map((line) => JSON.parse(line) as { principal?: string; iam?: unknown });
      const found = calls.filter(({ principal }) => principal?.endsWith("user/hal"));
      return found.length < 2 ? undefined : found;
    });
    assert.deepEqual(
      mine.map(({ iam }) => iam),
      [
        [{ action: "s3:PutObject", resource: `${bucketArn}/log/1`, allowed: true }],
        [{ action: "ecs:ListClusters", resource: "*", allowed: false }],
      ],
    );
  });
});
