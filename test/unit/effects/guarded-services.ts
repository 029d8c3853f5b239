import type { GuardedService, GuardInputs, GuardOutputs } from "../../../effects/standby-guard";
import { mapValues } from "../../../release/map-values";
import { BLUE, FakeBalancer, GREEN, RULE } from "./fake-balancer";

const { region: REGION, ...WEB_RULE } = RULE;
export const region = REGION;
/** Green is to have the traffic, and nothing says that another slot had it. */
export const ALONE: GuardedService = {
  ...WEB_RULE,
  order: 1,
  live: "green",
  contents: { blue: "r1", green: "r2" },
  clusterArn: "arn:aws:ecs:us-east-1:111111111111:cluster/cluster",
  minimumHealthyTargets: 2,
  readyTimeoutSeconds: 5,
};
/** A new version for green, while the record calls blue live. */
export const WEB: GuardedService = { ...ALONE, from: "blue" };
export const API_BLUE = "arn:api-blue";
export const API_GREEN = "arn:api-green";
export const API_ALONE: GuardedService = {
  ...ALONE,
  service: "api",
  order: 0,
  priority: 3,
  blueTargetGroupArn: API_BLUE,
  greenTargetGroupArn: API_GREEN,
};
export const API: GuardedService = { ...API_ALONE, from: "blue" };
export const stack = (
  web: Partial<GuardedService>,
  api?: Partial<GuardedService>,
): GuardInputs => ({
  region,
  services: { web: { ...WEB, ...web }, ...(api && { api: { ...API, ...api } }) },
});
export const held = (inputs: GuardInputs): GuardOutputs => ({
  ...inputs,
  mayHold: mapValues(inputs.services, ({ contents: { blue = "", green = "" } }) => ({
    blue: [blue],
    green: [green],
  })),
});
export const third = { contents: { blue: "r1", green: "r3" } };

/** Both services in both slots, all well; none has a rule yet. */
export function wellBalancer(): FakeBalancer {
  const balancer = new FakeBalancer();
  for (const group of [BLUE, GREEN, API_BLUE, API_GREEN])
    balancer.targets[group] = ["healthy", "healthy"];
  Object.assign(balancer.services, {
    [BLUE]: "web-blue",
    [GREEN]: "web-green",
    [API_BLUE]: "api-blue",
    [API_GREEN]: "api-green",
  });
  return balancer;
}
