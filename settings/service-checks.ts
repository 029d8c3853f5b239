import { FARGATE_CPU, fargateMemory, isFargateSize } from "../components/fargate-size";
import type { Problem } from "../release/errors";
import { type Config, type HttpConfig, isWorkerConfig, type ServiceConfig } from "./config";
import { childPath, topPath } from "./config-path";
import { checkEnvironment } from "./environment-checks";

/** Whether the parts of each service fit together. */
export function checkServices({ namespace, services = {} }: Config, problems: Problem[]): void {
  for (const [name, service] of Object.entries(services)) {
    if (service === undefined) continue;
    const path = childPath(topPath(namespace, "services"), name);
    checkSize(service, path, problems);
    if (!isWorkerConfig(service)) checkTimes(service, path, problems);
    checkEnvironment(service, path, problems);
  }
}

function checkSize({ cpu, memoryMiB }: ServiceConfig, path: string, problems: Problem[]): void {
  if (cpu === undefined || memoryMiB === undefined || isFargateSize(cpu, memoryMiB)) return;
  const others = FARGATE_CPU.filter((each) => isFargateSize(each, memoryMiB));
  problems.push({
    path: childPath(path, "memoryMiB"),
    found: `${memoryMiB} with cpu ${cpu}`,
    allowed: fargateMemory(cpu).join(", "),
    action:
      others.length === 0
        ? "choose one of these"
        : `choose one of these, or for this memory a cpu of ${others.join(", ")}`,
  });
}

function checkTimes(service: HttpConfig, path: string, problems: Problem[]): void {
  const { drainSeconds, stopTimeoutSeconds, healthCheck = {}, readyTimeoutSeconds } = service;
  const { intervalSeconds, timeoutSeconds, healthyThreshold } = healthCheck;
  if (drainSeconds !== undefined && stopTimeoutSeconds !== undefined) {
    if (drainSeconds >= stopTimeoutSeconds) {
      problems.push({
        path: childPath(path, "drainSeconds"),
        found: `${drainSeconds} with stopTimeoutSeconds ${stopTimeoutSeconds}`,
        allowed: `less than ${stopTimeoutSeconds}`,
        action: "lower it or raise stopTimeoutSeconds, or a task is killed with requests in flight",
      });
    }
  }
  if (intervalSeconds === undefined) return;
  const healthPath = childPath(path, "healthCheck");
  if (timeoutSeconds !== undefined && timeoutSeconds >= intervalSeconds) {
    problems.push({
      path: childPath(healthPath, "timeoutSeconds"),
      found: `${timeoutSeconds} with intervalSeconds ${intervalSeconds}`,
      allowed: `less than ${intervalSeconds}`,
      action: "lower it or raise intervalSeconds",
    });
  }
  if (healthyThreshold === undefined || readyTimeoutSeconds === undefined) return;
  const soonest = intervalSeconds * healthyThreshold;
  if (readyTimeoutSeconds <= soonest) {
    problems.push({
      path: childPath(path, "readyTimeoutSeconds"),
      found: String(readyTimeoutSeconds),
      allowed: `more than ${soonest}, which is ${healthyThreshold} checks of ${intervalSeconds} seconds`,
      action: "raise it, or no version can get healthy in time",
    });
  }
}
