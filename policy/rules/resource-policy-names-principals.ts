import { allowedBy, RESOURCE_POLICIES } from "../iam-document";
import type { ResourceRule } from "../rule";

export const resourcePolicyNamesPrincipals: ResourceRule = {
  name: "resource-policy-names-principals",
  description: "A policy on a resource names those who may use it.",
  types: RESOURCE_POLICIES,
  *check(resource) {
    for (const { label, principals, notPrincipals } of allowedBy(resource)) {
      if (!principals.includes("*") && notPrincipals.length === 0) continue;
      yield {
        failed: `${label} allows it to everybody`,
        found: notPrincipals.length > 0 ? { NotPrincipal: notPrincipals } : "*",
        allowed: "accounts, roles and services by name",
        next: "name those who need it; a condition does not make up for it here",
      };
    }
  },
};
