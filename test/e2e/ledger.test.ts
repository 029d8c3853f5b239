/** A ledger in S3, as its policy and Object Lock keep it: under IAM, with principals of their own. */
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
} from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { LedgerBucket } from "../../effects/ledger-bucket";
import { sbomFor } from "../../effects/sbom-store";
import { speakersOf } from "../../release/gate/speakers";
import { append, readHead, type Writer } from "../../release/ledger/append";
import { ledgerPolicy } from "../../release/ledger/bucket-policy";
import { type Entry, entryBytes, keyOf } from "../../release/ledger/entry";
import { history } from "../../release/ledger/history";
import { linkKey } from "../../release/ledger/keys";
import { lookUp } from "../../release/ledger/look-up";
import { principalOf } from "../../release/ledger/principal";
import { verify } from "../../release/ledger/verify";
import type { Contents } from "../../release/scan/package";
import type { Emulator } from "../../toolchain/emulator.mjs";
import { type Caller, refusal, rootOf } from "./emulator/principals";
import { optionsFor, python } from "./emulator/world";

const Bucket = "switchyard-stage-ledger-111111111111";
const RELEASE = "a".repeat(64);
const denied = "403 AccessDenied";

describe("a ledger", function () {
  this.timeout(60_000);
  const options = optionsFor("ledger");
  let emulator: Emulator | undefined;
  let root: Caller;
  let ann: { caller: Caller; ledger: LedgerBucket; writer: Writer };
  let bob: typeof ann;
  let entries: Entry[];

  /** A user who may do anything with objects that the bucket's own policy does not refuse. */
  const principal = async (name: string): Promise<typeof ann> => {
    const statement = { Effect: "Allow", Action: "s3:*", Resource: "*" } as const;
    const caller = await root.user(name, [statement]);
    const { arn, id: userId } = await caller.identity();
    const writer = { stack: "stage", by: principalOf(arn, userId) };
    return { caller, ledger: new LedgerBucket(caller.s3, Bucket), writer };
  };

  before(async function () {
    if (python === undefined) this.skip();
    const { startEmulator } = await import("../../toolchain/emulator.mjs");
    emulator = await startEmulator({ ...options, enforceIam: true });
    root = rootOf(emulator, options.account);
    await root.s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
    const DefaultRetention = { Mode: "COMPLIANCE", Days: 1 } as const;
    const ObjectLockConfiguration = {
      ObjectLockEnabled: "Enabled",
      Rule: { DefaultRetention },
    } as const;
    await root.s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
    const roleOf = (name: string): string => `arn:aws:iam::${options.account}:role/${name}`;
    const roles = {
      plan: roleOf("plan"),
      deploy: roleOf("deploy"),
      approve: roleOf("approve"),
    };
    const speakers = speakersOf({
      approvals: [{ count: 1, from: [`arn:aws:iam::${options.account}:user/*`] }],
      emergency: [`arn:aws:sts::${options.account}:assumed-role/on-call/*`],
    });
    const Policy = JSON.stringify(ledgerPolicy(`arn:aws:s3:::${Bucket}`, [], roles, speakers));
    await root.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    [ann, bob] = [await principal("ann"), await principal("bob")];
  });

  after(async () => {
    await emulator?.stop();
    rmSync(options.stateDir, { recursive: true, force: true });
  });

  it("that is not there yet is empty, and says what time it is", async () => {
    const none = new LedgerBucket(ann.caller.s3, "switchyard-none-ledger-111111111111");
    const { sequence, time } = await readHead(none);
    assert.equal(sequence, 0);
    assert.ok(Math.abs(time.getTime() - Date.now()) < 5000);
  });

  it("is not looked for in a bucket of another account than its name says", async () => {
    const taken = "switchyard-stage-ledger-222222222222";
    await root.s3.send(
      new CreateBucketCommand({ Bucket: taken, ObjectLockEnabledForBucket: true }),
    );
    const ledger = new LedgerBucket(root.s3, taken);
    assert.equal(await refusal(ledger.first("chain/")), denied);
    assert.equal(await refusal(ledger.read("chain/1.json")), denied);
    assert.equal(await refusal(ledger.write("chain/1.json", Buffer.from("{}"))), denied);
  });

  it("lets writers at once all in, each in its own name, one after the other", async () => {
    const approve = (who: typeof ann, index: number): Promise<Entry> =>
      append(who.ledger, who.writer, { kind: "approved", release: RELEASE, what: `no. ${index}` });
    await Promise.all([ann, bob, ann, bob, ann, bob].map(approve));
    entries = [];
    for await (const entry of history(ann.ledger)) entries.unshift(entry);
    assert.deepEqual(
      entries.map(({ sequence }) => sequence),
      [1, 2, 3, 4, 5, 6],
    );
    const found = await lookUp(bob.ledger, { release: RELEASE, kinds: ["approved"] });
    assert.deepEqual(found, entries);
    const { problems } = await verify(bob.ledger);
    assert.deepEqual(problems, []);
  });

  it("lets nobody write in another one's name", async () => {
    const forged = { ...(entries[5] as Entry), sequence: 7, by: bob.writer.by };
    const key = keyOf(forged);
    const put = { Bucket, Key: key, Body: entryBytes(forged), IfNoneMatch: "*" };
    assert.equal(await refusal(ann.caller.s3.send(new PutObjectCommand(put))), denied);
    await bob.caller.s3.send(new PutObjectCommand(put));
    const { arn, userId } = ann.writer.by;
    for (const by of [
      bob.writer.by,
      { arn: bob.writer.by.arn, userId: userId.replace(/:ann$/, ":bob") },
      { arn, userId: userId.replace(/:ann$/, "") },
    ])
      await assert.rejects(
        append(ann.ledger, { ...ann.writer, by }, { kind: "frozen", what: "freeze" }),
        { name: "AccessDenied" },
        by.userId,
      );
  });

  it("keeps SBOMs beside it, each in the name of who wrote it, and does not stumble on them", async () => {
    const digest = `sha256:${"d".repeat(64)}`;
    const image = { repository: "switchyard/web", digest };
    const none = { packages: [], unread: [] };
    let read = 0;
    const contents = (): Promise<Contents> => Promise.resolve((read++, none));
    const { key } = await sbomFor(ann.ledger, ann.writer.by, image, contents);
    assert.equal((await sbomFor(ann.ledger, ann.writer.by, image, contents)).key, key);
    assert.equal(read, 1);
    const { key: other } = await sbomFor(bob.ledger, bob.writer.by, image, contents);
    assert.notEqual(other, key);
    assert.equal(read, 2, "another one's counts for nothing");
    await assert.rejects(
      sbomFor(ann.ledger, bob.writer.by, { ...image, digest: RELEASE }, contents),
      { name: "AccessDenied" },
    );
    assert.deepEqual((await verify(ann.ledger)).problems, []);
  });

  it("lets nobody overwrite anything, nor write without asking whether it is there", async () => {
    const put = { Bucket, Key: linkKey(1), Body: "x" };
    assert.equal(await refusal(bob.caller.s3.send(new PutObjectCommand(put))), denied);
    const asking = bob.caller.s3.send(new PutObjectCommand({ ...put, IfNoneMatch: "*" }));
    assert.equal(await refusal(asking), "412 PreconditionFailed");
  });

  it("lets nobody delete anything, the account's root neither, hide it, or shorten how long it is kept", async () => {
    const Prefix = linkKey(1);
    const { Versions: [version] = [] } = await root.s3.send(
      new ListObjectVersionsCommand({ Bucket, Prefix }),
    );
    const VersionId = version?.VersionId;
    assert.ok(VersionId);
    const one = { Bucket, Key: Prefix, VersionId };
    const RetainUntilDate = new Date(Date.now() + 60_000);
    for (const { s3 } of [ann.caller, root])
      for (const harm of [
        s3.send(new DeleteObjectCommand({ Bucket, Key: Prefix })),
        s3.send(new DeleteObjectCommand({ ...one, BypassGovernanceRetention: true })),
        s3.send(
          new PutObjectRetentionCommand({
            ...one,
            Retention: { Mode: "COMPLIANCE", RetainUntilDate },
          }),
        ),
      ])
        assert.equal(await refusal(harm), denied);
    assert.deepEqual((await verify(ann.ledger)).problems, []);
  });

  it("lets a role say what is its to say, and no more, whatever else it may do", async () => {
    const { arn } = await root.identity();
    const trust = { Effect: "Allow", Principal: { AWS: arn }, Action: "sts:AssumeRole" } as const;
    const everything = { Effect: "Allow", Action: "s3:*", Resource: "*" } as const;
    const kinds = ["live", "approved", "overridden", "frozen"] as const;
    const taken: Record<string, string[]> = {};
    for (const name of ["plan", "deploy", "approve"]) {
      const role = await root.role(name, [trust], [everything]);
      const session = await root.assume(role, "of-a-test");
      const by = await session.identity();
      const ledger = new LedgerBucket(session.s3, Bucket);
      for (const kind of kinds) {
        const draft = { kind, what: name, ...(kind !== "frozen" && { release: RELEASE }) };
        const written = append(
          ledger,
          { stack: "stage", by: { arn: by.arn, userId: by.id } },
          draft,
        );
        const error: unknown = await written.then(
          () => undefined,
          (reason: unknown) => reason,
        );
        if (error === undefined) taken[name] = [...(taken[name] ?? []), kind];
        else assert.equal((error as Error).name, "AccessDenied");
      }
    }
    assert.deepEqual(taken, { deploy: ["live"], approve: ["approved", "overridden", "frozen"] });
  });

  it("lets nobody let a release in but whom the gate names, whatever role an entry says", async () => {
    const { arn } = await root.identity();
    const trust = { Effect: "Allow", Principal: { AWS: arn }, Action: "sts:AssumeRole" } as const;
    const everything = { Effect: "Allow", Action: "s3:*", Resource: "*" } as const;
    const say = async (role: string, kind: "approved" | "overridden" | "promoted") => {
      const session = await root.assume(await root.role(role, [trust], [everything]), "bob");
      const { id: userId } = await session.identity();
      // The session's own name under the role that the gate names: nothing else of the entry is looked at.
      const by = { arn: `arn:aws:sts::${options.account}:assumed-role/on-call/bob`, userId };
      const ledger = new LedgerBucket(session.s3, Bucket);
      return append(ledger, { stack: "stage", by }, { kind, release: RELEASE, what: role });
    };
    for (const kind of ["approved", "overridden"] as const)
      await assert.rejects(say(`developer-${kind}`, kind), { name: "AccessDenied" });
    await say("developer", "promoted");
    const word = { kind: "overridden", release: RELEASE, what: "a user's" } as const;
    await assert.rejects(append(ann.ledger, ann.writer, word), { name: "AccessDenied" });
    assert.equal((await say("on-call", "overridden")).what, "on-call");
  });
});
