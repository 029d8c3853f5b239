import { containersOf, TASK_DEFINITION } from "../container-definitions";
import { type ResourceRule, text } from "../rule";

const BY_DIGEST = /@sha256:[0-9a-f]{64}$/;

export const imageByDigest: ResourceRule = {
  name: "image-by-digest",
  description: "A container runs an image that is named by its digest.",
  types: [TASK_DEFINITION],
  *check(resource) {
    for (const { label, definition } of containersOf(resource)) {
      if (BY_DIGEST.test(text(definition["image"]))) continue;
      yield {
        failed: `image of ${label}`,
        found: definition["image"],
        allowed: "REPOSITORY@sha256: and 64 hexadecimal digits",
        next: "name the digest of the release, as components/task-definition.ts does",
      };
    }
  },
};
