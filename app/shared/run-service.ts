import type { Environment } from "./environment-reader";
import { checkExpectations } from "./expectations";
import { checkHealth } from "./health-check";
import { HttpService } from "./http-service";
import type { Log } from "./log";
import type { Route } from "./router";
import { onStop, runProgram } from "./run-program";
import type { ServiceConfig } from "./service-config";

export interface ServiceProgram {
  readonly config: ServiceConfig;
  readonly routes: readonly Route[];
}

/** The life of an HTTP service's process, from its environment to its exit code. */
export function runService(assemble: (environment: Environment) => ServiceProgram): void {
  runProgram({
    main: async (log) => serve(assemble(process.env), log),
    verb: "serve",
    commands: { "--healthcheck": () => checkHealth(process.env), "--expect": expect },
  });
}

function expect(): Promise<void> {
  return checkExpectations(process.env, (line) => {
    process.stdout.write(`${line}\n`);
  });
}

async function serve({ config, routes }: ServiceProgram, log: Log): Promise<void> {
  const { identity, drain } = config;
  const service = new HttpService(identity, routes, log);
  const listening = service.listen(config.port);
  onStop(async (signal) => {
    log("info", "draining", { signal, ...drain });
    await listening;
    const { drained, abandonedRequests } = await service.drain(drain);
    if (drained) log("info", "drained");
    else log("error", "gave up draining", { timeoutMs: drain.timeoutMs, abandonedRequests });
    process.exit(drained ? 0 : 1);
  });
  log("info", "listening", { port: await listening, ...identity });
}
