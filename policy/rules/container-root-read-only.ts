import { containersOf, TASK_DEFINITION } from "../container-definitions";
import { type ResourceRule } from "../rule";

export const containerRootReadOnly: ResourceRule = {
  name: "container-root-read-only",
  description: "A container can't write to its root file system.",
  types: [TASK_DEFINITION],
  *check(resource) {
    for (const { label, definition } of containersOf(resource)) {
      if (definition["readonlyRootFilesystem"] === true) continue;
      yield {
        failed: `readonlyRootFilesystem of ${label}`,
        found: definition["readonlyRootFilesystem"],
        allowed: "true",
        next: "set it, and give the container a volume where it must write",
      };
    }
  },
};
