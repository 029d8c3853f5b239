import type { Problem } from "../release/errors";
import { type Config, isWorkerConfig } from "./config";
import { topPath } from "./config-path";

/** Whether there is any traffic that could go back. */
export function checkRehearsal(
  { namespace, rehearsal, services }: Config,
  problems: Problem[],
): void {
  if (rehearsal === undefined || services === undefined) return;
  const isWorker = (service: (typeof services)[string]): boolean =>
    service !== undefined && isWorkerConfig(service);
  if (!Object.values(services).every(isWorker)) return;
  problems.push({
    path: topPath(namespace, "rehearsal"),
    found: "a stack of workers alone",
    allowed: "a stack with a service that has paths: what is rehearsed is where traffic goes",
    action: "leave it out",
  });
}
