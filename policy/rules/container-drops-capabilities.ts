import { containersOf, TASK_DEFINITION } from "../container-definitions";
import { isRecord, items, read, type ResourceRule } from "../rule";

const capabilities = (definition: unknown): unknown =>
  read(definition, "linuxParameters.capabilities");

const record = (value: unknown): object => (isRecord(value) ? value : {});

export const containerDropsCapabilities: ResourceRule = {
  name: "container-drops-capabilities",
  description: "A container has none of the kernel's capabilities.",
  types: [TASK_DEFINITION],
  *check(resource) {
    for (const { label, definition } of containersOf(resource)) {
      if (
        items(read(capabilities(definition), "drop")).includes("ALL") &&
        items(read(capabilities(definition), "add")).length === 0 &&
        definition["privileged"] !== true
      )
        continue;
      yield {
        failed: `capabilities of ${label}`,
        found: { privileged: definition["privileged"], ...record(capabilities(definition)) },
        allowed: 'drop: ["ALL"], nothing added, not privileged',
        next: "set linuxParameters.capabilities",
      };
    }
  },
};
