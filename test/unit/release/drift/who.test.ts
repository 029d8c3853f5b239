import assert from "node:assert/strict";
import { type Finding, Findings } from "../../../../release/drift/findings";
import { suspectsOf, type Trail } from "../../../../release/drift/who";
import { OPENED } from "./refreshed";

const findings = new Findings();
findings.add(OPENED);
const [RULE] = findings.all() as [Finding];

const eventOf = (
  call: string,
  requestParameters: object,
  more: object = {},
): { time: string; call: string; text: string } => ({
  time: "2026-11-21T09:00:00.000Z",
  call,
  text: JSON.stringify({
    userIdentity: { arn: "arn:aws:iam::111111111111:user/olga" },
    requestParameters,
    ...more,
  }),
});

const trailOf = (...events: ReturnType<typeof eventOf>[]): Trail => ({
  read: true,
  events,
  isCut: false,
});

describe("who could have made drift", () => {
  it("is whoever made a call that names the resource", () => {
    const trail = trailOf(
      eventOf("ModifySecurityGroupRules", { GroupId: "sg-0123456789" }),
      eventOf("ModifySecurityGroupRules", { GroupId: "sg-01234567890" }),
      eventOf("DeleteLogGroup", { logGroupName: "web-1234567" }),
    );
    assert.deepEqual(suspectsOf(RULE, trail), [
      {
        by: "arn:aws:iam::111111111111:user/olga",
        call: "ModifySecurityGroupRules",
        time: "2026-11-21T09:00:00.000Z",
      },
    ]);
  });

  it("is whoever a call's ARN ends in, or an account's service", () => {
    const arn = "arn:aws:ec2:us-east-1:111111111111:security-group-rule/sgr-0123456789";
    const userIdentity = { invokedBy: "autoscaling.amazonaws.com" };
    const trail = trailOf(eventOf("CreateTags", { arn }, { userIdentity }));
    assert.equal(suspectsOf(RULE, trail)[0]?.by, "autoscaling.amazonaws.com");
  });

  it("is nobody whose call was refused", () => {
    const call = eventOf("X", { id: "sgr-0123456789" }, { errorCode: "AccessDenied" });
    assert.deepEqual(suspectsOf(RULE, trailOf(call)), []);
  });

  it("is nobody where CloudTrail was not read, and of the newest calls three at most", () => {
    assert.deepEqual(suspectsOf(RULE, { read: false, reason: "no" }), []);
    const calls = [1, 2, 3, 4].map((n) => eventOf(`call${n}`, { id: "sgr-0123456789" }));
    const found = suspectsOf(RULE, trailOf(...calls));
    assert.deepEqual(
      found.map(({ call }) => call),
      ["call1", "call2", "call3"],
    );
  });
});
