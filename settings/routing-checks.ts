import type { Problem } from "../release/errors";
import { type Config, isWorkerConfig } from "./config";
import { childPath, topPath } from "./config-path";
import { covers, rulePriorities, type Route } from "./priorities";

interface Pattern {
  readonly service: string;
  readonly pattern: string;
  readonly path: string;
  readonly priority: number;
}

/** Whether each path leads to one HTTP service, and no rule hides another's. */
export function checkRouting({ namespace, services = {} }: Config, problems: Problem[]): void {
  const servicesPath = topPath(namespace, "services");
  const routes: Record<string, Route> = {};
  for (const [name, service] of Object.entries(services)) {
    if (service === undefined || isWorkerConfig(service)) continue;
    const paths = service.paths?.filter((path) => path !== undefined) ?? [];
    const { priority } = service;
    routes[name] = priority === undefined ? { paths } : { paths, priority };
  }
  checkUnique(routes, servicesPath, problems);
  const priorities = rulePriorities(routes);
  const patterns = Object.entries(routes).flatMap(([service, { paths }]) =>
    paths.map((pattern, index): Pattern => {
      const path = childPath(childPath(childPath(servicesPath, service), "paths"), index);
      return { service, pattern, path, priority: priorities.get(service) ?? 0 };
    }),
  );
  const inOrder = patterns.sort((one, other) => one.priority - other.priority);
  for (const [index, later] of inOrder.entries()) {
    const earlier = inOrder
      .slice(0, index)
      .find(({ service, pattern }) => service !== later.service && covers(pattern, later.pattern));
    if (earlier !== undefined) problems.push(hidden(earlier, later));
  }
}

function checkUnique(
  routes: Readonly<Record<string, Route>>,
  servicesPath: string,
  problems: Problem[],
): void {
  const owners = new Map<number, string>();
  for (const [name, { priority }] of Object.entries(routes)) {
    if (priority === undefined) continue;
    const owner = owners.get(priority);
    owners.set(priority, owner ?? name);
    if (owner === undefined) continue;
    problems.push({
      path: childPath(childPath(servicesPath, name), "priority"),
      found: `${priority}, which ${owner} has too`,
      allowed: "a number of its own",
      action: "change one of them, or leave both out",
    });
  }
}

function hidden(earlier: Pattern, later: Pattern): Problem {
  const { path } = later;
  if (earlier.pattern === later.pattern) {
    return {
      path,
      found: `${JSON.stringify(later.pattern)}, which ${earlier.service} answers too`,
      allowed: "each path in one service",
      action: "remove it from one of them",
    };
  }
  return {
    path,
    found: `${JSON.stringify(later.pattern)}, which ${earlier.service} takes first with ${JSON.stringify(earlier.pattern)}`,
    allowed: "paths that no earlier rule covers",
    action: `set a priority of ${later.service} below the ${earlier.priority} of ${earlier.service}, or change the paths`,
  };
}
