import type { Environment } from "./environment-reader";
import { checkExpectations } from "./expectations";
import { checkHealth } from "./health-check";
import { HttpService } from "./http-service";
import { createLog, type Log } from "./log";
import type { Route } from "./router";
import type { ServiceConfig } from "./service-config";

export interface Program {
  readonly config: ServiceConfig;
  readonly routes: readonly Route[];
}

/** The life of the process, from its environment to its exit code. */
export function runService(assemble: (environment: Environment) => Program): void {
  // Losing the log collector is no reason to stop serving.
  process.stdout.on("error", () => undefined);
  const log = createLog((line) => process.stdout.write(line));
  process.once("uncaughtException", (error) => {
    log("error", "the service failed", { detail: error.stack ?? error.message });
    process.exit(1);
  });
  act(assemble, log).catch((error: unknown) => {
    log("error", error instanceof Error ? error.message : String(error));
    process.exit(1);
  });
}

async function act(assemble: (environment: Environment) => Program, log: Log): Promise<void> {
  const [argument, ...rest] = process.argv.slice(2);
  if (argument === undefined) await serve(assemble(process.env), log);
  else if (argument === "--healthcheck" && rest.length === 0) await checkHealth(process.env);
  else if (argument === "--expect" && rest.length === 0) await expect();
  else throw new Error("unknown argument: allowed are --healthcheck, --expect, or none to serve");
}

function expect(): Promise<void> {
  return checkExpectations(process.env, (line) => {
    process.stdout.write(`${line}\n`);
  });
}

async function serve({ config, routes }: Program, log: Log): Promise<void> {
  const { identity, drain } = config;
  const service = new HttpService(identity, routes, log);
  const listening = service.listen(config.port);

  let stopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log("info", "draining", { signal, ...drain });
    await listening;
    const { drained, abandonedRequests } = await service.drain(drain);
    if (drained) log("info", "drained");
    else log("error", "gave up draining", { timeoutMs: drain.timeoutMs, abandonedRequests });
    process.exit(drained ? 0 : 1);
  };
  // A process with number 1 in its container ignores signals that it does not handle.
  process.on("SIGTERM", (signal) => void stop(signal));
  process.on("SIGINT", (signal) => void stop(signal));

  log("info", "listening", { port: await listening, ...identity });
}
