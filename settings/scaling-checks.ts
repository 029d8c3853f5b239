import type { Problem } from "../release/errors";
import { type Config, type HttpConfig, isWorkerConfig, type ServiceConfig } from "./config";
import { childPath, topPath } from "./config-path";

/** Whether each service that scales has somewhere to scale to, and something to scale by. */
export function checkScaling({ namespace, services = {} }: Config, problems: Problem[]): void {
  for (const [name, service] of Object.entries(services)) {
    if (service?.scaling === undefined) continue;
    const path = childPath(childPath(topPath(namespace, "services"), name), "scaling");
    checkMaximum(service, path, problems);
    // Of a worker the schema asks for the one target that it can have.
    if (!isWorkerConfig(service)) checkTargets(service.scaling ?? {}, path, problems);
  }
}

function checkMaximum({ tasks, scaling }: ServiceConfig, path: string, problems: Problem[]): void {
  const maxTasks = scaling?.maxTasks;
  if (tasks === undefined || maxTasks === undefined || maxTasks >= tasks) return;
  problems.push({
    path: childPath(path, "maxTasks"),
    found: `${maxTasks} with tasks ${tasks}`,
    allowed: `${tasks} or more`,
    action: "raise it or lower tasks, which is the least that a slot has",
  });
}

function checkTargets(
  scaling: NonNullable<HttpConfig["scaling"]>,
  path: string,
  problems: Problem[],
): void {
  // A target that was refused is there, and has a problem of its own.
  const isBelow = (problem: Problem): boolean => problem.path.startsWith(`${path}.`);
  if (scaling.cpuPercent !== undefined || scaling.requestsPerTarget !== undefined) return;
  if (problems.some(isBelow)) return;
  problems.push({
    path,
    found: "neither cpuPercent nor requestsPerTarget",
    allowed: "one of the two, or both",
    action: "say what the service is scaled by",
  });
}
