import { refuses } from "./refuses";

describe("stack settings that do not fit", () => {
  refuses(
    "a flag that is neither",
    { "switchyard:build": "yes" },
    'switchyard:build: found "yes"; allowed true, false; choose one of these',
  );
  refuses(
    "a retention that CloudWatch does not have",
    { "switchyard:logRetentionDays": 31 },
    "switchyard:logRetentionDays: found 31; allowed 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653; choose one of these",
  );
  refuses(
    "two accounts",
    { "aws:allowedAccountIds.1": "222222222222" },
    "aws:allowedAccountIds: found a list of 2; allowed a list of exactly one account id; name the one account that this stack may touch",
  );
  refuses(
    "a role for the AWS provider alone",
    { "aws:assumeRole": { roleArn: "arn:aws:iam::111111111111:role/deploy" } },
    "aws:assumeRole: found an identity for the AWS provider alone; allowed credentials of the environment, or aws:profile; name the role in a profile (role_arn and source_profile) and set aws:profile to it",
  );
  refuses(
    "an account id that is not quoted",
    { "aws:allowedAccountIds": [111111111111] },
    "aws:allowedAccountIds[0]: found 111111111111; allowed 12 digits as a text; quote the account id",
  );
});
