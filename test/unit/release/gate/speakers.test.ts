import assert from "node:assert/strict";
import { speakersOf } from "../../../../release/gate/speakers";

const ROLES = "arn:aws:iam::222222222222:role";
const session = (text: string): string => `arn:aws:sts::222222222222:assumed-role/${text}`;
const named = (...from: string[]): readonly string[] | undefined =>
  speakersOf({ approvals: [{ count: 1, from }], emergency: [] }).approved;

describe("who may say a word that a gate counts", () => {
  it("is a user by the user's ARN, and a session by that of its role, in any path", () => {
    const user = "arn:aws:iam::222222222222:user/team/*";
    assert.deepEqual(named(user), [user]);
    for (const [text, role] of [
      ["approver/*", "approver"],
      ["approver/alice", "approver"],
      ["approver*", "approver*"],
      ["AWSReservedSSO_*/alice@example.com", "AWSReservedSSO_*"],
      ["*/alice", "*"],
      ["*alice", "*"],
    ] as const)
      assert.deepEqual(named(session(text)), [`${ROLES}/${role}`, `${ROLES}/*/${role}`], text);
  });

  it("is whoever any rule names, and for an emergency whom the gate names for that", () => {
    const from = [session("approver/*")];
    const approvals = [
      { count: 1, from },
      { count: 2, from: [session("sre/*"), ...from] },
    ];
    assert.deepEqual(speakersOf({ approvals, emergency: [session("on-call/*")] }), {
      approved: ["approver", "*/approver", "sre", "*/sre"].map((each) => `${ROLES}/${each}`),
      overridden: ["on-call", "*/on-call"].map((each) => `${ROLES}/${each}`),
    });
  });

  it("is anybody where the gate names nobody, or in a way that a policy can't", () => {
    assert.deepEqual(speakersOf({ approvals: [], emergency: [] }), {});
    const federated = "arn:aws:sts::222222222222:federated-user/alice";
    assert.equal(named(session("approver/*"), federated), undefined);
    assert.equal(named(session("a/b/*")), undefined);
  });
});
