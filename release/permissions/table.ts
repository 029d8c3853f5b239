import { DELIVERING } from "./delivering";
import type { Grant } from "./grant";
import { LEDGERS } from "./ledgers";
import { LOOKING } from "./looking";

/** Everything that the roles may do. What is not here, none of them may. */
export const GRANTS: readonly Grant[] = [...LEDGERS, ...DELIVERING, ...LOOKING];

/** What the road calls and no role is granted, and why that is no lack. */
export const NOT_GRANTED: Readonly<Record<string, string>> = {
  "sts:GetCallerIdentity":
    "AWS answers it to everybody: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html",
  "iam:GetUser":
    "the AWS provider asks who it is as a user first, and where that is refused, as a role: by sts:GetCallerIdentity",
};
