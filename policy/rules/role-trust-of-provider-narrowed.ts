import { statementsOf } from "../iam-document";
import { isRecord, items, type ResourceRule } from "../rule";

const BY_TOKEN = "sts:AssumeRoleWithWebIdentity";

/** Claims that say whose token it is, with their values, whatever the comparison is called. */
function subjects(condition: unknown): readonly string[] {
  if (!isRecord(condition)) return [];
  return Object.values(condition)
    .filter(isRecord)
    .flatMap((claims) => Object.entries(claims))
    .filter(([claim]) => claim.endsWith(":sub"))
    .flatMap(([, value]) => (Array.isArray(value) ? items(value) : [value]))
    .map(String);
}

/** A provider such as GitHub's gives tokens to everybody there is; its subject says to whom. */
export const roleTrustOfProviderNarrowed: ResourceRule = {
  name: "role-trust-of-provider-narrowed",
  description: "A role that is taken on by a provider's token says whose token.",
  types: ["aws:iam/role:Role"],
  *check({ props }) {
    for (const { label, effect, actions, condition } of statementsOf(props["assumeRolePolicy"])) {
      if (effect !== "Allow" || !actions.includes(BY_TOKEN)) continue;
      const found = subjects(condition);
      if (found.length > 0 && found.every((subject) => /^[\w-]+:[^*/]+\/[^*/:]+:./.test(subject)))
        continue;
      yield {
        failed: `condition of ${label} of assumeRolePolicy`,
        found,
        allowed: "a :sub with owner and repository, such as repo:OWNER/REPOSITORY:environment:NAME",
        next: "add the condition",
      };
    }
  },
};
