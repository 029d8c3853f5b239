import * as pulumi from "@pulumi/pulumi";
import {
  BlueGreenService,
  type BlueGreenServiceArgs,
} from "../../../components/blue-green-service";
import { deliverTogether } from "../../../components/deliver-together";
import { pick } from "../../../release/map-values";
import type { Revision } from "../../../release/revision";
import { otherSlot, type Slot, type SlotState } from "../../../release/slots";
import type { Graph } from "../graph";
import { declare, valueOf } from "../mocks";
import { desiredOf, known, PLACE, revision, webSettings } from "./samples";

export const COMPONENT = "switchyard:service:BlueGreenService";
export const SLOT = "switchyard:service:SlotService";
export const TASK = "aws:ecs/taskDefinition:TaskDefinition";
export const SERVICE = "aws:ecs/service:Service";
export const GROUP = "aws:lb/targetGroup:TargetGroup";
export const RULE = "aws:lb/listenerRule:ListenerRule";
export const POLICY = "aws:iam/rolePolicy:RolePolicy";
export const LOGS = "aws:cloudwatch/logGroup:LogGroup";
export const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
export const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
export const GUARD = "pulumi-nodejs:dynamic/switchyard:StandbyGuard";
export const READY = "pulumi-nodejs:dynamic/switchyard:SlotReady";
export const SHIFT = "pulumi-nodejs:dynamic/switchyard:TrafficShift";

export const [OLD, LIVE, NEW] = [revision("a"), revision("b"), revision("c")];
export const SETTINGS = webSettings({ tasks: 3, priority: 24000, drainSeconds: 9 });

/** What all services of a stack share. */
export const STACK = {
  place: PLACE,
  logRetentionDays: 30,
  clusterArn: "arn:cluster",
  network: {
    vpcId: known("vpc-id"),
    privateSubnetIds: [known("subnet-a"), known("subnet-b")],
  },
  balancer: {
    listenerArn: known("arn:listener"),
    testListenerArn: known("arn:test-listener"),
    securityGroupId: known("balancer-id"),
    arnSuffix: known("app/web/1"),
    url: known("http://balancer"),
    testUrl: known("http://balancer:9000"),
  },
  probeGroupId: "probe-id",
};

/** What the shift is asked to do with the traffic of `web`. */
export const trafficIn = (graph: Graph): Record<string, unknown> =>
  (graph.get(SHIFT, "sample").inputs["services"] as Record<string, Record<string, unknown>>)[
    "web"
  ] ?? {};

/** What the guard is told of `web`. */
export const guarded = (graph: Graph): Record<string, unknown> =>
  (graph.get(GUARD, "sample").inputs["services"] as Record<string, Record<string, unknown>>)[
    "web"
  ] ?? {};

/** Names of the alarms that turn back what is in a slot. */
export const alarmsOf = (slot: Slot): string[] =>
  ["failed", "slow", "unhealthy"].map((kind) => `${PLACE.prefix}-web-${slot}-${kind}`);

export interface Delivered {
  readonly made: BlueGreenService;
  readonly graph: Graph;
  readonly slots: SlotState<Revision>;
}

const delivered = new Map<string, Promise<Delivered>>();

/** A delivery of the sample; the same one is made once. */
export function deliver(
  previous: SlotState<Revision> | undefined,
  wanted: Revision,
): Promise<Delivered> {
  const key = JSON.stringify([previous, wanted]);
  const known = delivered.get(key) ?? deliverWith({}, previous, wanted);
  delivered.set(key, known);
  return known;
}

export async function deliverWith(
  changes: Partial<BlueGreenServiceArgs>,
  previous: SlotState<Revision> | undefined,
  wanted: Revision,
  slow?: (type: string, name: string) => boolean,
): Promise<Delivered> {
  const args: BlueGreenServiceArgs = {
    settings: SETTINGS,
    previous,
    desired: desiredOf(wanted),
    resolved: pulumi.output(wanted),
    secretArns: Object.values(wanted.secrets).map(({ arn }) => known(arn)),
    ...STACK,
    ...changes,
  };
  const { made, graph } = await declare(
    () => {
      const service = new BlueGreenService("web", args);
      const place = { ...PLACE, project: "sample" };
      const { services } = deliverTogether(place, { web: service }, STACK.balancer.url, {});
      return { service, slots: pick(services, "web") };
    },
    { ...(slow && { slow }) },
  );
  return { made: made.service, graph, slots: await valueOf(made.slots) };
}

/** What both slots held: the live one `LIVE`, the other one `OLD` unless told. */
export function recorded(live: Slot, standby: Revision | undefined = OLD): SlotState<Revision> {
  return live === "blue"
    ? { live, blue: LIVE, green: standby }
    : { live, blue: standby, green: LIVE };
}

/** As after a first delivery: nothing in the other slot. */
export const first = (live: Slot): SlotState<Revision> => ({
  ...recorded(live),
  [otherSlot(live)]: undefined,
});

export const children = (slot: Slot): string[] => [
  `${TASK} web-${slot}`,
  `${SERVICE} web-${slot}`,
  `${READY} web-${slot}`,
];
