import type { RefreshEvent, ToldState } from "../../../../release/drift/findings";

const PROJECT = "urn:pulumi:stage::switchyard";

/** An event of a refresh, as Pulumi's engine tells it. */
export function refreshed(
  op: "same" | "update" | "delete",
  type: string,
  name: string,
  old: ToldState,
  now: ToldState | null,
  ...paths: readonly string[]
): RefreshEvent {
  const urn = `${PROJECT}::switchyard:service:BlueGreenService$${type}::${name}`;
  const detailedDiff = Object.fromEntries(paths.map((path) => [path, { diffKind: "update" }]));
  return { resOutputsEvent: { metadata: { op, urn, type, old, new: now, detailedDiff } } };
}

const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const SHIFT = "pulumi-nodejs:dynamic/switchyard:TrafficShift";

const logGroup: ToldState = {
  id: "web-1234567",
  inputs: { retentionInDays: 30 },
  outputs: {
    arn: "arn:aws:logs:us-east-1:111111111111:log-group:web-1234567",
    retentionInDays: 30,
  },
};

const ruleTo = (cidrIpv4: string): ToldState => ({
  id: "sgr-0123456789",
  inputs: { cidrIpv4, securityGroupId: "sg-0123456789" },
  outputs: { cidrIpv4, securityGroupId: "sg-0123456789" },
});

const RULE_ARN = "arn:aws:elasticloadbalancing:us-east-1:111111111111:listener-rule/app/a/b/c/d";

const shiftWith = (blue: number): ToldState => ({
  id: "traffic-shift",
  outputs: {
    services: { web: { ruleArn: RULE_ARN, weights: { blue, green: 100 - blue }, live: "blue" } },
  },
});

export const SAME = refreshed("same", LOG_GROUP, "api", logGroup, logGroup);
export const GONE = refreshed("delete", LOG_GROUP, "web", logGroup, null);
export const OPENED = refreshed(
  ...(["update", RULE, "web"] as const),
  ...([ruleTo("10.0.0.0/8"), ruleTo("0.0.0.0/0"), "cidrIpv4"] as const),
);
export const MOVED = refreshed("update", SHIFT, "switchyard", shiftWith(100), shiftWith(60));
/** A rule that was changed in what its weights do not show. */
export const REROUTED = refreshed("update", SHIFT, "switchyard", shiftWith(100), shiftWith(100));
