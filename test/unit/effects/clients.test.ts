import assert from "node:assert/strict";
import { clientConfig, explain, isMissing } from "../../../effects/clients";
import { awsError } from "./stub-aws";

describe("clientConfig", () => {
  it("has the region and, where one is set, the profile", () => {
    assert.deepEqual(clientConfig({ region: "us-east-1" }), { region: "us-east-1" });
    const place = { region: "us-east-1", profile: "team" };
    assert.deepEqual(clientConfig({ ...place, service: "web" } as typeof place), place);
  });
});

describe("isMissing", () => {
  it("knows an error by its name alone", () => {
    const error = awsError("RuleNotFoundException", "no such rule");
    assert.ok(isMissing(error, "Other", "RuleNotFoundException"));
    assert.ok(!isMissing(error, "Other"));
    assert.ok(!isMissing({ name: "RuleNotFoundException" }, "RuleNotFoundException"));
    assert.ok(!isMissing(undefined, "Error"));
  });
});

describe("explain", () => {
  it("says what was being done, and which kind of error it was where that says more", () => {
    const refused = awsError("AccessDenied", "not you");
    assert.equal(explain(refused, "reading").message, "reading: not you (AccessDenied)");
    assert.equal(explain(refused, "reading").cause, refused);
    assert.equal(explain(new Error("own words"), "reading").message, "reading: own words");
  });

  it("says what to do where there are no credentials", () => {
    const { message, cause } = explain(awsError("CredentialsProviderError", "x"), "reading");
    assert.equal(
      message,
      "reading: no AWS credentials were found; set AWS_PROFILE or AWS_ACCESS_KEY_ID and " +
        "AWS_SECRET_ACCESS_KEY for the account that this stack names in aws:allowedAccountIds",
    );
    assert.ok(cause instanceof Error);
  });

  it("takes whatever was thrown", () => {
    assert.equal(explain("text", "reading").message, "reading: text");
    assert.equal(explain(undefined, "reading").message, "reading: undefined");
  });
});
