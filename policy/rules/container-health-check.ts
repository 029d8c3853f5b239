import { containersOf, TASK_DEFINITION } from "../container-definitions";
import { items, read, type ResourceRule } from "../rule";

export const containerHealthCheck: ResourceRule = {
  name: "container-health-check",
  description: "A container says how to see whether it works.",
  types: [TASK_DEFINITION],
  *check(resource) {
    for (const { label, definition } of containersOf(resource)) {
      if (items(read(definition, "healthCheck.command")).length > 1) continue;
      yield {
        failed: `healthCheck of ${label}`,
        found: definition["healthCheck"],
        allowed: "a command",
        next: "set healthCheck: a task without one counts as healthy whatever it does",
      };
    }
  },
};
