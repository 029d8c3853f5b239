import { runService } from "../shared/run-service";
import { readWebConfig } from "./config";
import { webRoutes } from "./routes";

runService((environment) => {
  const config = readWebConfig(environment);
  return { config, routes: webRoutes(config) };
});
