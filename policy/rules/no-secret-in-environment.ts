import { looksSecret } from "../../settings/plain-secrets";
import { containersOf, environmentOf, TASK_DEFINITION } from "../container-definitions";
import { isRecord, type Resource, type ResourceRule } from "../rule";

const ONE_OFF_TASK = "pulumi-nodejs:dynamic/switchyard:OneOffTask";

/** Label, name and value of each environment variable. */
function* variables(resource: Resource): Generator<readonly [string, string, string]> {
  if (resource.type === TASK_DEFINITION) {
    for (const container of containersOf(resource))
      for (const [name, value] of environmentOf(container)) yield [container.label, name, value];
    return;
  }
  const environment = resource.props["environment"];
  if (!isRecord(environment)) return;
  for (const [name, value] of Object.entries(environment)) yield ["the task", name, String(value)];
}

export const noSecretInEnvironment: ResourceRule = {
  name: "no-secret-in-environment",
  description: "No environment variable holds a secret in plain text.",
  types: [TASK_DEFINITION, ONE_OFF_TASK],
  *check(resource) {
    for (const [label, name, value] of variables(resource)) {
      if (!looksSecret(name, value)) continue;
      yield {
        failed: `environment of ${label}`,
        // Never the value.
        found: `${name}, which looks like a secret`,
        allowed: "values that everybody may read",
        next: "put it into switchyard:secrets and give it to the service by name",
      };
    }
  },
};
