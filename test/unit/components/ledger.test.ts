import assert from "node:assert/strict";
import { Ledger, stackLedger } from "../../../components/ledger";
import { parseSettings } from "../../../settings";
import type { Graph } from "../graph";
import { runProgram } from "../mocks";
import { GATE } from "../release/gate/samples";
import { changed } from "../settings/sample-config";
import { PLACE } from "./samples";

const BUCKET = "aws:s3/bucket:Bucket";

describe("Ledger", () => {
  let graph: Graph;
  before(async () => {
    const ledger = (): Promise<Record<string, unknown>> => {
      const { bucket } = new Ledger("shop", {
        place: PLACE,
        retentionDays: 7,
        readers: ["222222222222"],
        isThere: false,
      });
      return Promise.resolve({ bucket });
    };
    ({ graph } = await runProgram(ledger, {}));
  });

  it("is a bucket of a name that can be told from the stack's, with Object Lock from the first day", () => {
    const { inputs } = graph.get(BUCKET, "shop");
    assert.deepEqual(inputs, {
      bucket: "switchyard-stage-ledger-111111111111",
      objectLockEnabled: true,
    });
    const lock = graph.get(
      "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
      "shop",
    );
    assert.deepEqual(lock.inputs["rule"], { defaultRetention: { mode: "COMPLIANCE", days: 7 } });
  });

  it("outlives its stack, with all that guards it", () => {
    const all = graph.declared.filter(({ type }) => type.startsWith("aws:s3/"));
    assert.equal(all.length, 5);
    for (const { retainOnDelete, type } of all) assert.equal(retainOnDelete, true, type);
  });

  it("is written to by nobody before it is locked, encrypted and closed, with its policy on it", () => {
    const policy = graph.get("aws:s3/bucketPolicy:BucketPolicy", "shop");
    const before = [...graph.waitsFor(policy)].filter((key) => key.startsWith("aws:s3/"));
    assert.deepEqual(before.sort(), [
      "aws:s3/bucket:Bucket shop",
      "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration shop",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock shop",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration shop",
    ]);
  });

  it("is closed to the public, and encrypted", () => {
    const block = graph.get("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "shop");
    const { bucket, ...flags } = block.inputs;
    assert.ok(bucket);
    assert.deepEqual(Object.values(flags), [true, true, true, true]);
    assert.ok(
      graph.ofType(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      ).length,
    );
  });

  it("refuses everybody to delete, to overwrite, to write in another name, and to come in the clear", () => {
    const { inputs } = graph.get("aws:s3/bucketPolicy:BucketPolicy", "shop");
    const { Statement } = JSON.parse(String(inputs["policy"])) as {
      Statement: { Sid: string; Effect: string; Principal: unknown; NotResource?: string[] }[];
    };
    const denied = Statement.filter(({ Effect }) => Effect === "Deny");
    assert.deepEqual(
      denied.map(({ Sid }) => Sid),
      ["InTheClear", "Delete", "Overwrite", "WriteInAnotherName", "WriteInAnotherUsersName"],
    );
    assert.ok(denied.every(({ Principal }) => Principal === "*"));
    assert.deepEqual(denied[3]?.NotResource, [
      "arn:Bucket:shop/chain/*",
      "arn:Bucket:shop/entries/*/${aws:userid}/*",
      "arn:Bucket:shop/sboms/*/${aws:userid}/*",
    ]);
    assert.deepEqual(Statement.at(-1)?.Principal, { AWS: ["arn:aws:iam::222222222222:root"] });
  });

  it("leaves it to whom the stack's gate names, and to the role that approves, to let a release in", async () => {
    const from = ["arn:aws:iam::111111111111:user/alice"];
    const settings = parseSettings(changed({ "switchyard:deployRoles": { approve: { from } } }));
    const admission = { way: "open", drafts: [], hasLedger: false, declaration: "" } as const;
    const ledger = (): Promise<Record<string, unknown>> => {
      const { bucket } = stackLedger(PLACE, settings, { ...admission, gate: GATE });
      return Promise.resolve({ bucket });
    };
    const { inputs } = (await runProgram(ledger, {})).graph.get(
      "aws:s3/bucketPolicy:BucketPolicy",
      "switchyard",
    );
    const { Statement } = JSON.parse(String(inputs["policy"])) as {
      Statement: { Sid: string; Condition?: unknown }[];
    };
    const allowed = Statement.filter(({ Sid }) => Sid.startsWith("Say")).map((each) => [
      each.Sid,
      each.Condition,
    ]);
    const condition = (account: string, name: string): object => {
      const named = [`role/${name}`, `role/*/${name}`].map((each) => `${account}:${each}`);
      const approve = "arn:aws:iam::111111111111:role/switchyard-stage-approve";
      return { ArnNotLike: { "aws:PrincipalArn": [...named, approve] } };
    };
    const account = "arn:aws:iam::222222222222";
    assert.deepEqual(allowed, [
      ["SayApproved", condition(account, "approver")],
      ["SayOverridden", condition(account, "on-call")],
    ]);
  });
});
