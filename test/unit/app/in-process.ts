import { readApiConfig } from "../../../app/api/config";
import { apiRoutes } from "../../../app/api/routes";
import { HttpService } from "../../../app/shared/http-service";
import { createLog } from "../../../app/shared/log";
import type { Route } from "../../../app/shared/router";
import { readWebConfig } from "../../../app/web/config";
import { webRoutes } from "../../../app/web/routes";
import { apiEnvironment, identity, webEnvironment } from "./environments";

export interface RunningService {
  readonly port: number;
  readonly service: HttpService;
  readonly logLines: string[];
  stop(): Promise<void>;
}

export async function startRoutes(routes: readonly Route[]): Promise<RunningService> {
  const logLines: string[] = [];
  const log = createLog((line) => logLines.push(line));
  const service = new HttpService(identity, routes, log);
  const port = await service.listen(0);
  const stop = async (): Promise<void> => {
    await service.drain({ lameDuckMs: 0, timeoutMs: 50 });
  };
  return { port, service, logLines, stop };
}

export function startWeb(): Promise<RunningService> {
  return startRoutes(webRoutes(readWebConfig(webEnvironment)));
}

export function startApi(): Promise<RunningService> {
  return startRoutes(apiRoutes(readApiConfig(apiEnvironment)));
}
