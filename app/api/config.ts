import { EnvironmentReader, type Environment } from "../shared/environment-reader";
import { readServiceConfig, type ServiceConfig } from "../shared/service-config";

export interface ApiConfig extends ServiceConfig {
  /** Signs the receipts of orders. */
  readonly tokenPepper: string;
}

export function readApiConfig(environment: Environment): ApiConfig {
  const reader = new EnvironmentReader(environment);
  const config = { ...readServiceConfig(reader), tokenPepper: reader.secret("API_TOKEN_PEPPER") };
  reader.finish();
  return config;
}
