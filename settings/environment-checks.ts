import type { Problem } from "../release/errors";
import { isWorkerConfig, type ServiceConfig } from "./config";
import { childPath } from "./config-path";
import { HTTP_ENVIRONMENT, WORKER_ENVIRONMENT } from "./names";
import { looksSecret } from "./plain-secrets";

/**
 * A task definition has 64 KiB; half of it is left to everything else.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
 */
const MOST_BYTES = 32_768;

/** Whether a service's environment and secrets go together, and hold no secret in plain text. */
export function checkEnvironment(service: ServiceConfig, path: string, problems: Problem[]): void {
  const { environment = {}, secrets = {} } = service;
  const given = isWorkerConfig(service) ? WORKER_ENVIRONMENT : HTTP_ENVIRONMENT;
  for (const part of ["environment", "secrets"] as const) {
    const names = Object.keys(service[part] ?? {});
    for (const name of names.filter((each) => given.includes(each))) {
      problems.push({
        path: childPath(childPath(path, part), name),
        found: "a name that the program gives every container",
        allowed: `names other than ${given.join(", ")}`,
        action: "rename it",
      });
    }
  }
  for (const [name, value] of Object.entries(environment)) {
    const at = childPath(childPath(path, "environment"), name);
    if (Object.hasOwn(secrets, name)) {
      problems.push({
        path: at,
        found: "a name that secrets has too",
        allowed: "each name once in environment and secrets together",
        action: "remove one of them",
      });
    } else if (looksSecret(name, value ?? "")) {
      problems.push({
        path: at,
        found: "what looks like a secret in plain text",
        allowed: "values that anyone may read",
        action: `declare a secret under secrets and name it as ${childPath(childPath(path, "secrets"), name)}`,
      });
    }
  }
  checkSize(environment, path, problems);
}

function checkSize(environment: object, path: string, problems: Problem[]): void {
  const bytes = Buffer.byteLength(JSON.stringify(environment));
  if (bytes <= MOST_BYTES) return;
  problems.push({
    path: childPath(path, "environment"),
    found: `${bytes} bytes`,
    allowed: `${MOST_BYTES} bytes in all`,
    action: "move the large values into the image",
  });
}
