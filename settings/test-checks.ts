import type { Problem } from "../release/errors";
import { type Config, type HttpConfig, isWorkerConfig } from "./config";
import { childPath, topPath } from "./config-path";

/** Whether the tests of each HTTP service ask for something, and can reach what they ask. A worker's ask nothing of the balancer. */
export function checkTests(config: Config, problems: Problem[]): void {
  const { namespace, services = {}, network } = config;
  for (const [name, service] of Object.entries(services)) {
    if (service === undefined || isWorkerConfig(service)) continue;
    const path = childPath(childPath(topPath(namespace, "services"), name), "delivery");
    for (const kind of ["smoke", "acceptance"] as const) {
      const test = service.delivery?.[kind];
      if (test === undefined) continue;
      checkTest(test, kind, childPath(path, kind), problems);
      if (network?.nat !== "none") continue;
      problems.push({
        path: childPath(path, kind),
        found: "a test in a network without NAT",
        allowed: "nat: single or perZone in the network",
        action: "set it: a test calls the load balancer by its public name",
      });
    }
  }
}

function checkTest(
  test: NonNullable<NonNullable<HttpConfig["delivery"]>["smoke"]>,
  kind: "smoke" | "acceptance",
  path: string,
  problems: Problem[],
): void {
  const { command = [], expect = [] } = test;
  if (expect.length === 0 && command.length === 1 && command[0] === "--expect")
    problems.push({
      path: childPath(path, "expect"),
      found: "nothing",
      allowed: "one expectation or more, or a command of your own",
      action: "list what the version is expected to answer",
    });
  expect.forEach((each, index) => {
    if (each?.everyTask !== true || kind === "acceptance") return;
    problems.push({
      path: childPath(childPath(childPath(path, "expect"), index), "everyTask"),
      found: "true",
      allowed: "false in a smoke test, which asks through the test listener",
      action: "move the expectation to acceptance",
    });
  });
}
