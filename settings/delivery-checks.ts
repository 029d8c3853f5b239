import type { Problem } from "../release/errors";
import { type Config, type HttpConfig, isWorkerConfig, type ServiceConfig } from "./config";
import { childPath, topPath } from "./config-path";

/** Whether the steps of each service lead to all of the traffic, and its alarms are this stack's. */
export function checkDeliveries(config: Config, problems: Problem[]): void {
  for (const [name, service] of Object.entries(config.services ?? {})) {
    if (service === undefined) continue;
    const path = childPath(childPath(topPath(config.namespace, "services"), name), "delivery");
    if (!isWorkerConfig(service)) checkSteps(service, path, problems);
    checkAlarms(service, config, path, problems);
  }
}

function checkSteps({ delivery = {} }: HttpConfig, path: string, problems: Problem[]): void {
  const { steps } = delivery;
  const shares = steps?.map((step) => step?.percent) ?? [];
  const at = (index: number): string =>
    childPath(childPath(childPath(path, "steps"), index), "percent");
  shares.forEach((share, index) => {
    const before = shares[index - 1];
    if (share === undefined || before === undefined || share > before) return;
    problems.push({
      path: at(index),
      found: `${share} after ${before}`,
      allowed: `more than ${before}`,
      action: "list the steps in rising order",
    });
  });
  const last = shares.at(-1);
  if (last === undefined || last === 100) return;
  problems.push({
    path: at(shares.length - 1),
    found: String(last),
    allowed: "100 in the last step",
    action: "add a step of percent: 100, or the new version never gets all of the traffic",
  });
}

function checkAlarms(
  { delivery = {} }: ServiceConfig,
  { region, accountId }: Config,
  path: string,
  problems: Problem[],
): void {
  const watched = delivery.alarms?.watch ?? [];
  watched.forEach((arn, index) => {
    const [, , , inRegion, ofAccount] = arn?.split(":") ?? [];
    if (arn === undefined || region === undefined || accountId === undefined) return;
    if (inRegion === region && ofAccount === accountId) return;
    problems.push({
      path: childPath(childPath(childPath(path, "alarms"), "watch"), index),
      found: `an alarm of ${ofAccount ?? "?"} in ${inRegion ?? "?"}`,
      allowed: `alarms of ${accountId} in ${region}, where this stack is`,
      action: "name an alarm of this stack's account and region",
    });
  });
}
