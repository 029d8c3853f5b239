import { containersOf, TASK_DEFINITION } from "../container-definitions";
import { items, read, type ResourceRule, text } from "../rule";

/** `ARN:json-key:version-stage:version-id`, the last of which must be there.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html */
const BY_VERSION = /^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:[^:]+:[^:]*::[^:]+$/;

export const secretByVersion: ResourceRule = {
  name: "secret-by-version",
  description:
    "A container receives one version of a secret, so that a new value is a new delivery.",
  types: [TASK_DEFINITION],
  *check(resource) {
    for (const { label, definition } of containersOf(resource))
      for (const secret of items(definition["secrets"])) {
        const found = read(secret, "valueFrom");
        if (BY_VERSION.test(text(found))) continue;
        yield {
          failed: `secret ${String(read(secret, "name"))} of ${label}`,
          found,
          allowed: "SECRET_ARN:KEY::VERSION_ID, KEY may be empty",
          next: "name the version, as components/task-definition.ts does",
        };
      }
  },
};
