import * as pulumi from "@pulumi/pulumi";
import { SettingsError } from "./release/errors";
import { parseSettings } from "./settings/parse";
import type { Settings } from "./settings/types";

export { parseSettings } from "./settings/parse";
export type {
  DomainSettings,
  HealthCheckSettings,
  HttpServiceSettings,
  ImageSettings,
  NetworkSettings,
  SecretSettings,
  ServiceSettings,
  Settings,
  WorkerSettings,
} from "./settings/types";
export { isWorker } from "./settings/types";

/**
 * Reads the settings of the stack that is running, from `Pulumi.yaml` and its `Pulumi.<stack>.yaml`.
 *
 * @throws RunError with every problem found, one a line: Pulumi shows its message without a stack
 */
export function loadSettings(): Settings {
  const values = pulumi.runtime.allConfig() as Record<string, string>;
  const secretKeys = Object.keys(values).filter(isSecretKey);
  try {
    return parseSettings(values, { namespace: pulumi.getProject(), secretKeys });
  } catch (error) {
    if (error instanceof SettingsError) throw new pulumi.RunError(error.message);
    throw error;
  }
}

/** Pulumi exports this function, but leaves it out of its declarations. */
function isSecretKey(key: string): boolean {
  const runtime = pulumi.runtime as unknown as { isConfigSecret: (key: string) => boolean };
  return runtime.isConfigSecret(key);
}
