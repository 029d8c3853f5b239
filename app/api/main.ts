import { runService } from "../shared/run-service";
import { readApiConfig } from "./config";
import { apiRoutes } from "./routes";

runService((environment) => {
  const config = readApiConfig(environment);
  return { config, routes: apiRoutes(config) };
});
