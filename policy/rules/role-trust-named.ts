import { statementsOf } from "../iam-document";
import type { ResourceRule } from "../rule";

export const roleTrustNamed: ResourceRule = {
  name: "role-trust-named",
  description: "A role names who may take it on.",
  types: ["aws:iam/role:Role"],
  *check({ props }) {
    const allowing = statementsOf(props["assumeRolePolicy"]).filter(
      ({ effect }) => effect === "Allow",
    );
    for (const { label, principals, notPrincipals } of allowing) {
      const broad = principals.filter((principal) => principal.includes("*"));
      if (broad.length === 0 && notPrincipals.length === 0) continue;
      yield {
        failed: `${label} of assumeRolePolicy`,
        found: notPrincipals.length > 0 ? { NotPrincipal: notPrincipals } : broad,
        allowed: "services, accounts, roles and providers by name",
        next: "name those who take the role on",
      };
    }
  },
};
