import assert from "node:assert/strict";
import { ledgerPolicy } from "../../../../release/ledger/bucket-policy";

const BUCKET = "arn:aws:s3:::shop-stage-ledger-111111111111";
const role = (name: string): string => `arn:aws:iam::111111111111:role/shop-stage-${name}`;
const { Statement: STATEMENTS } = ledgerPolicy(BUCKET, ["arn:aws:iam::222222222222:root"], {
  plan: role("plan"),
  approve: role("approve"),
}) as { Statement: { Sid: string }[] };
const said = (Sid: string): unknown => STATEMENTS.find((each) => each.Sid === Sid);

/** Word for word: what each of these keeps out is shown in `test/e2e/ledger.test.ts`. */
describe("the policy of a ledger's bucket", () => {
  const everybody = { Effect: "Deny", Principal: "*" };
  const entries = `${BUCKET}/entries`;

  it("denies everybody to come in the clear, to delete anything, and to write without asking whether it is there", () => {
    assert.deepEqual(said("InTheClear"), {
      ...{ Sid: "InTheClear", ...everybody, Action: "s3:*", Resource: [BUCKET, `${BUCKET}/*`] },
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    assert.deepEqual(said("Delete"), {
      ...{ Sid: "Delete", ...everybody, Resource: `${BUCKET}/*` },
      Action: ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"],
    });
    assert.deepEqual(said("Overwrite"), {
      ...{ Sid: "Overwrite", ...everybody, Action: "s3:PutObject", Resource: `${BUCKET}/*` },
      Condition: { Null: { "s3:if-none-match": "true" } },
    });
  });

  it("denies everybody to write in another one's name: a session's, or a user's", () => {
    const ownFolders = (name: string, isNoUser: string): object => ({
      ...{ ...everybody, Action: "s3:PutObject" },
      NotResource: [
        `${BUCKET}/chain/*`,
        `${BUCKET}/entries/*/${name}/*`,
        `${BUCKET}/sboms/*/${name}/*`,
      ],
      Condition: { Null: { "aws:username": isNoUser } },
    });
    const [session, user] = ["${aws:userid}", "${aws:userid}:${aws:username}"];
    assert.deepEqual(
      [said("WriteInAnotherName"), said("WriteInAnotherUsersName")],
      [
        { Sid: "WriteInAnotherName", ...ownFolders(session, "true") },
        { Sid: "WriteInAnotherUsersName", ...ownFolders(user, "false") },
      ],
    );
  });

  it("denies each role to write what is not its to say: all of it to one that has nothing to say", () => {
    const writing = { ...everybody, Action: "s3:PutObject" };
    assert.deepEqual(said("WriteAsPlan"), {
      ...{ Sid: "WriteAsPlan", ...writing, Resource: `${BUCKET}/*` },
      Condition: { ArnEquals: { "aws:PrincipalArn": role("plan") } },
    });
    assert.deepEqual(said("WriteAsApprove"), {
      ...{ Sid: "WriteAsApprove", ...writing },
      NotResource: [
        `${BUCKET}/chain/*`,
        ...["*/approved", "*/overridden", "stack/frozen", "stack/unfrozen"].map(
          (folder) => `${entries}/${folder}/*`,
        ),
      ],
      Condition: { ArnEquals: { "aws:PrincipalArn": role("approve") } },
    });
  });

  it("denies all but whom the gate names, and the role that approves, to let a release in", () => {
    const named = ["arn:aws:iam::111111111111:role/on-call", "arn:aws:iam::111111111111:user/*"];
    const statementsOf = (roles: object): { Sid: string }[] =>
      (ledgerPolicy(BUCKET, [], roles, { overridden: named }) as { Statement: { Sid: string }[] })
        .Statement;
    const of = (allowed: readonly string[]): object => ({
      ...{ Sid: "SayOverridden", ...everybody, Action: "s3:PutObject" },
      Resource: `${entries}/*/overridden/*`,
      Condition: { ArnNotLike: { "aws:PrincipalArn": allowed } },
    });
    assert.deepEqual(statementsOf({}).at(-1), of(named));
    const approve = role("approve");
    assert.deepEqual(statementsOf({ approve }).at(-1), of([...named, approve]));
    assert.ok(!STATEMENTS.some(({ Sid }) => Sid.startsWith("Say")));
  });

  it("lets readers read, and no more", () => {
    assert.deepEqual(said("Read"), {
      Sid: "Read",
      Effect: "Allow",
      Principal: { AWS: ["arn:aws:iam::222222222222:root"] },
      Action: ["s3:ListBucketVersions", "s3:GetObject", "s3:GetObjectVersion"],
      Resource: [BUCKET, `${BUCKET}/*`],
    });
  });
});
