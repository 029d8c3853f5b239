/** Two emulated accounts of one run: buckets have one namespace, and both accounts must allow a call across them. */
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Emulator } from "../../toolchain/emulator.mjs";
import { Caller, document, refusal, rootOf, type Statement } from "./emulator/principals";
import { optionsFor, python } from "./emulator/world";

const Bucket = "ledger-of-stage";
const bucketArn = `arn:aws:s3:::${Bucket}`;
const denied = "403 AccessDenied";
const stageAccount = "111111111111";
const productionAccount = "222222222222";

const put = ({ s3 }: Caller, Key: string, more: Partial<PutObjectCommandInput> = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body: Key, ...more }));

/** Two accounts that know each other; `stage` has the bucket. */
async function start(enforceIam: boolean) {
  const { startEmulator } = await import("../../toolchain/emulator.mjs");
  const peers = mkdtempSync(join(tmpdir(), "emulator-peers-"));
  const options = [stageAccount, productionAccount].map((account) => ({
    ...optionsFor(`emulator-accounts-${account}`, 0.2, account),
    enforceIam,
    peers,
  }));
  const [stage, production] = await Promise.all(options.map(startEmulator));
  assert.ok(stage && production);
  const root = rootOf(stage, stageAccount);
  const foreignRoot = rootOf(production, productionAccount);
  await root.s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
  const stopped = new Set<Emulator>();
  const stop = async (emulator: Emulator) => {
    if (!stopped.has(emulator)) await emulator.stop();
    stopped.add(emulator);
  };
  return {
    stage,
    production,
    root,
    foreignRoot,
    stop,
    setPolicy: (...statements: Statement[]) =>
      root.s3.send(new PutBucketPolicyCommand({ Bucket, Policy: document(statements) })),
    close: async () => {
      await Promise.all([stage, production].map(stop));
      for (const dir of [peers, ...options.map(({ stateDir }) => stateDir)])
        rmSync(dir, { recursive: true, force: true });
    },
  };
}

const allowing = (
  principal: string,
  Action: string | string[],
  Resource: string,
  Condition?: Statement["Condition"],
): Statement => ({
  Effect: "Allow",
  Principal: { AWS: principal },
  Action,
  Resource,
  ...(Condition && { Condition }),
});
const own = (Action: string | string[], Resource = "*"): Statement => ({
  Effect: "Allow",
  Action,
  Resource,
});

describe("two emulated accounts that enforce IAM", function () {
  this.timeout(60_000);
  let world: Awaited<ReturnType<typeof start>>;

  before(async function () {
    if (python === undefined) this.skip();
    world = await start(true);
  });

  after(() => (python === undefined ? undefined : world.close()));

  it("answer for a bucket of the other one, where both allow it", async () => {
    const { root, foreignRoot, setPolicy } = world;
    const user = await foreignRoot.user("both", [own(["s3:PutObject", "s3:GetObject"])]);
    const { arn } = await user.identity();
    await setPolicy(allowing(arn, ["s3:PutObject", "s3:GetObject"], `${bucketArn}/both/*`));
    await put(user, "both/a b+c/ü", { IfNoneMatch: "*" });
    const Key = "both/a b+c/ü";
    const read = await root.s3.send(new GetObjectCommand({ Bucket, Key }));
    assert.equal(await read.Body?.transformToString(), Key);
    const mine = await user.s3.send(new GetObjectCommand({ Bucket, Key }));
    assert.equal(await mine.Body?.transformToString(), Key);
    const head = await user.s3.send(new HeadObjectCommand({ Bucket, Key }));
    assert.equal(head.ContentLength, Buffer.byteLength(Key));
    assert.equal(await refusal(put(user, Key, { IfNoneMatch: "*" })), "412 PreconditionFailed");
    assert.equal(await refusal(put(user, "else/1")), denied);
  });

  it("deny what only the bucket's policy allows", async () => {
    const user = await world.foreignRoot.user("unpermitted", [own("s3:GetObject")]);
    await world.setPolicy(allowing(productionAccount, "s3:*", `${bucketArn}/*`));
    assert.equal(await refusal(put(user, "unpermitted/1")), denied);
    await put(world.foreignRoot, "unpermitted/1");
  });

  it("deny what only the caller's own account allows, to its root as well", async () => {
    const user = await world.foreignRoot.user("uninvited", [own("s3:*")]);
    await world.setPolicy(allowing(productionAccount, "s3:GetObject", `${bucketArn}/*`));
    for (const caller of [user, world.foreignRoot])
      assert.equal(await refusal(put(caller, "uninvited/1")), denied);
    const policy = new GetBucketPolicyCommand({ Bucket });
    assert.equal(await refusal(world.foreignRoot.s3.send(policy)), "405 MethodNotAllowed");
  });

  it("judge who calls by the ARN of its role, its id, and what the request says", async () => {
    const { foreignRoot, setPolicy } = world;
    const trust = {
      Effect: "Allow",
      Principal: { AWS: productionAccount },
      Action: "sts:AssumeRole",
    } as const;
    const role = await foreignRoot.role("writer", [trust], [own("s3:*")]);
    const byRole = { ArnEquals: { "aws:PrincipalArn": role } };
    await setPolicy(
      allowing("*", "s3:PutObject", `${bucketArn}/of/\${aws:userid}/*`, byRole),
      allowing(role, ["s3:ListBucket", "s3:ListBucketVersions"], bucketArn, {
        StringLike: { "s3:prefix": "of/*" },
      }),
      {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:PutObject",
        Resource: `${bucketArn}/*`,
        Condition: { Null: { "s3:if-none-match": "true" } },
      },
      {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: `${bucketArn}/*`,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    );
    const session = await foreignRoot.assume(role, "run-1");
    const { id } = await session.identity();
    const IfNoneMatch = "*";
    await put(session, `of/${id}/1`, { IfNoneMatch });
    assert.equal(await refusal(put(session, `of/${id}/2`)), denied);
    assert.equal(await refusal(put(session, "of/other/1", { IfNoneMatch })), denied);
    assert.equal(await refusal(put(foreignRoot, `of/${id}/2`, { IfNoneMatch })), denied);
    const listed = await session.s3.send(new ListObjectsV2Command({ Bucket, Prefix: "of/" }));
    assert.deepEqual(
      listed.Contents?.map(({ Key }) => Key),
      [`of/${id}/1`],
    );
    const versions = new ListObjectVersionsCommand({ Bucket, Prefix: "of/" });
    assert.equal((await session.s3.send(versions)).Versions?.length, 1);
    assert.equal(await refusal(session.s3.send(new ListObjectsV2Command({ Bucket }))), denied);
    const gone = new DeleteObjectCommand({ Bucket, Key: `of/${id}/1` });
    assert.equal(await refusal(session.s3.send(gone)), denied);
  });

  it("say that a key is not there only to who may list the bucket", async () => {
    const { foreignRoot, setPolicy } = world;
    const read = allowing(productionAccount, "s3:GetObject", `${bucketArn}/*`);
    const get = () => foreignRoot.s3.send(new GetObjectCommand({ Bucket, Key: "missing" }));
    await setPolicy(read);
    assert.equal(await refusal(get()), denied);
    await setPolicy(read, allowing(productionAccount, "s3:ListBucket", bucketArn));
    assert.equal(await refusal(get()), "404 NoSuchKey");
  });

  it("give a name of a bucket once", async () => {
    const call = world.foreignRoot.s3.send(new CreateBucketCommand({ Bucket }));
    assert.equal(await refusal(call), "409 BucketAlreadyExists");
  });

  it("believe no caller that is named without a proof", async () => {
    await world.setPolicy(allowing(productionAccount, "s3:GetObject", `${bucketArn}/*`));
    await put(world.root, "proof/1");
    const caller = {
      arn: `arn:aws:iam::${productionAccount}:root`,
      type: "Root",
      account: productionAccount,
    };
    const named = { "x-switchyard-caller": JSON.stringify({ ...caller, id: "x", keys: {} }) };
    for (const proof of ["", "0".repeat(64)]) {
      const headers = { ...named, "x-switchyard-proof": proof };
      const answer = await fetch(`${world.stage.endpoint}/${Bucket}/proof/1`, { headers });
      assert.equal(answer.status, 403);
    }
  });

  it("let a role be assumed across them, by a caller that its trust names", async () => {
    const { root, foreignRoot } = world;
    const user = await root.user("deployer", [own("sts:AssumeRole")]);
    const { arn } = await user.identity();
    const trust = { Effect: "Allow", Principal: { AWS: arn }, Action: "sts:AssumeRole" } as const;
    const role = await foreignRoot.role("deployed", [trust], [own("s3:*")]);
    const session = await user.assume(role, "deploy");
    const identity = await session.identity();
    assert.equal(identity.arn, `arn:aws:sts::${productionAccount}:assumed-role/deployed/deploy`);
    const stranger = await root.user("stranger", [own("sts:AssumeRole")]);
    assert.equal(await refusal(stranger.assume(role, "deploy")), denied);
    const silent = await root.user("silent", []);
    assert.equal(await refusal(silent.assume(role, "deploy")), denied);
  });

  it("go on alone when the other one is gone", async () => {
    await world.stop(world.stage);
    assert.equal(await refusal(put(world.foreignRoot, "gone/1")), "404 NoSuchBucket");
  });
});

describe("two emulated accounts that do not enforce IAM", function () {
  this.timeout(60_000);
  let world: Awaited<ReturnType<typeof start>>;

  before(async function () {
    if (python === undefined) this.skip();
    world = await start(false);
  });

  after(() => (python === undefined ? undefined : world.close()));

  it("keep to the bucket's policy across them, and to no other", async () => {
    const { root, foreignRoot, setPolicy } = world;
    assert.equal(await refusal(put(foreignRoot, "open/1")), denied);
    const user = await foreignRoot.user("nobody", []);
    await setPolicy(allowing(productionAccount, "s3:PutObject", `${bucketArn}/open/*`));
    await put(user, "open/1", { IfNoneMatch: "*" });
    assert.equal(await refusal(put(user, "shut/1")), denied);
    await put(root, "shut/1");
  });
});
