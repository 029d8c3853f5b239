import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { requireCredentials } from "../../../components/credentials";

const settings = { region: "us-east-1", accountId: "111111111111" };

describe("the credentials that the program runs with", () => {
  const before = process.env;
  afterEach(() => {
    process.env = before;
  });
  const given = (variables: NodeJS.ProcessEnv): void => {
    const { PATH } = before;
    // No configuration of the machine, and no metadata service: these tests are about what is named.
    const nowhere = { AWS_CONFIG_FILE: "/nowhere", AWS_SHARED_CREDENTIALS_FILE: "/nowhere" };
    process.env = { PATH, HOME: "/nowhere", AWS_EC2_METADATA_DISABLED: "true", ...nowhere };
    Object.assign(process.env, variables);
  };

  it("are taken from the environment", async () => {
    given({ AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" });
    await requireCredentials(settings);
  });

  it("are missed in one message that names the account and what to set", async () => {
    given({});
    await assert.rejects(requireCredentials(settings), (error: Error) => {
      assert.equal((error as { __pulumiRunError?: boolean }).__pulumiRunError, true);
      assert.match(
        error.message,
        /^no AWS credentials for account 111111111111 \(aws:allowedAccountIds\): .*; set AWS_PROFILE, or /,
      );
      return true;
    });
  });

  it("are those of the profile that the stack names", async () => {
    given({});
    pulumi.runtime.setConfig("aws:profile", "absent");
    try {
      await assert.rejects(requireCredentials(settings), /no AWS credentials .*absent/);
    } finally {
      pulumi.runtime.setAllConfig({});
    }
  });
});
