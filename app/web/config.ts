import { EnvironmentReader, type Environment } from "../shared/environment-reader";
import { readServiceConfig, type ServiceConfig } from "../shared/service-config";

export interface WebConfig extends ServiceConfig {
  /** Signs the visit cookie. Both slots have the same one, so a switch forgets no visitor. */
  readonly sessionKey: string;
}

export function readWebConfig(environment: Environment): WebConfig {
  const reader = new EnvironmentReader(environment);
  const config = { ...readServiceConfig(reader), sessionKey: reader.secret("SESSION_KEY") };
  reader.finish();
  return config;
}
