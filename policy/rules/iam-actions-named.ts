import { allowedBy, IDENTITY_POLICIES } from "../iam-document";
import type { ResourceRule } from "../rule";

export const iamActionsNamed: ResourceRule = {
  name: "iam-actions-named",
  description: "A policy allows actions by their names.",
  types: IDENTITY_POLICIES,
  *check(resource) {
    for (const { label, actions, notActions } of allowedBy(resource)) {
      const broad = actions.filter((action) => /[*?]/.test(action));
      if (broad.length === 0 && notActions.length === 0) continue;
      yield {
        failed: `${label} allows more than it names`,
        found: notActions.length > 0 ? { NotAction: notActions } : broad,
        allowed: "actions without * and ?",
        next: "list the actions that are called",
      };
    }
  },
};
