import { containersOf, TASK_DEFINITION } from "../container-definitions";
import { read, type ResourceRule, text } from "../rule";

export const containerLogs: ResourceRule = {
  name: "container-logs",
  description: "A container's output is kept.",
  types: [TASK_DEFINITION],
  *check(resource) {
    for (const { label, definition } of containersOf(resource)) {
      if (text(read(definition, "logConfiguration.logDriver")) !== "") continue;
      yield {
        failed: `logConfiguration of ${label}`,
        found: definition["logConfiguration"],
        allowed: "a log driver",
        next: "set logConfiguration",
      };
    }
  },
};
