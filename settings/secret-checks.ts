import type { Problem } from "../release/errors";
import type { Config } from "./config";
import { childPath, topPath } from "./config-path";
import { suggest } from "./suggest";

/** Whether every secret that a service names is declared, and every declared one is used. */
export function checkSecrets(config: Config, problems: Problem[]): void {
  const { namespace, secrets, services } = config;
  if (secrets === undefined || services === undefined) return;
  const servicesPath = topPath(namespace, "services");
  const servicesAreSound = !problems.some(({ path }) => path.startsWith(servicesPath));
  const declared = Object.keys(secrets);
  const used = new Set<string>();
  for (const [service, settings] of Object.entries(services)) {
    const path = childPath(childPath(servicesPath, service), "secrets");
    for (const [variable, name] of Object.entries(settings?.secrets ?? {})) {
      if (name === undefined) continue;
      used.add(name);
      if (declared.includes(name)) continue;
      problems.push({
        path: childPath(path, variable),
        found: `${JSON.stringify(name)}, which is not declared`,
        allowed:
          declared.length === 0 ? "declared secrets, of which there are none" : declared.join(", "),
        action: suggest(name, declared, `declare it under ${topPath(namespace, "secrets")}`),
      });
    }
  }
  // With a service unread, a secret may be used where it cannot be seen.
  if (!servicesAreSound) return;
  for (const name of declared.filter((each) => !used.has(each))) {
    problems.push({
      path: childPath(topPath(namespace, "secrets"), name),
      found: "a secret that no service uses",
      allowed: "secrets that a service names",
      action: "remove it, or name it in a service's secrets",
    });
  }
}
