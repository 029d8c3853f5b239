import { containersOf, TASK_DEFINITION } from "../container-definitions";
import { type ResourceRule, text } from "../rule";

const NAMED = /^[^:]+/;
const ROOT = /^(root|0+)(:|$)/;

export const containerNonRoot: ResourceRule = {
  name: "container-non-root",
  description: "A container does not run as root.",
  types: [TASK_DEFINITION],
  *check(resource) {
    for (const { label, definition } of containersOf(resource)) {
      if (NAMED.test(text(definition["user"])) && !ROOT.test(text(definition["user"]))) continue;
      yield {
        failed: `user of ${label}`,
        found: definition["user"],
        allowed: "a user, or a number above 0",
        next: "set user, best to a number: it holds without a passwd file",
      };
    }
  },
};
