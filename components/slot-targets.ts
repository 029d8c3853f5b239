import * as lb from "@pulumi/aws/lb";
import * as pulumi from "@pulumi/pulumi";
import {
  type DesiredRevision,
  type Revision,
  type TargetChecks,
  targetChecks,
} from "../release/revision";
import { SLOT_HEADER } from "../release/slot-header";
import { type Slot, type SlotState } from "../release/slots";
import type { HttpServiceSettings } from "../settings/types";
import type { LoadBalancer } from "./load-balancer";
import type { SlottedServiceArgs } from "./service-slots";
import { SlotAlarms } from "./slot-alarms";

export interface SlotTargetsArgs {
  readonly slot: Slot;
  readonly settings: HttpServiceSettings;
  /** How the slot's content asks to be checked. */
  readonly checks: TargetChecks;
  /** Begins the alarms' names. */
  readonly prefix: string;
  readonly vpcId: pulumi.Input<string>;
  readonly balancer: Pick<LoadBalancer, "testListenerArn" | "arnSuffix">;
}

/** ECS registers each task with the port of its own container; another port here would replace the group
 * under the live slot. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html */
const UNUSED_PORT = 80;

/**
 * Where the load balancer finds a slot: its target group, the rule by which the test listener reaches it,
 * and its alarms. The rule is also what ties an idle slot's targets to the load balancer, without which
 * they are never checked.
 */
export class SlotTargets extends pulumi.ComponentResource {
  readonly targetGroupArn: pulumi.Output<string>;
  /** `targetgroup/NAME/ID`, as metrics name it. */
  readonly targetGroupSuffix: pulumi.Output<string>;
  /** Names of the alarms that turn back a version in this slot. */
  readonly alarms: readonly string[];

  constructor(name: string, args: SlotTargetsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:service:SlotTargets", name, {}, opts);
    const { slot, settings, balancer } = args;
    const { path, ...check } = args.checks;
    const group = new lb.TargetGroup(
      name,
      {
        vpcId: args.vpcId,
        targetType: "ip",
        protocol: "HTTP",
        port: UNUSED_PORT,
        deregistrationDelay: settings.drainSeconds,
        healthCheck: {
          path,
          interval: check.intervalSeconds,
          timeout: check.timeoutSeconds,
          healthyThreshold: check.healthyThreshold,
          unhealthyThreshold: check.unhealthyThreshold,
          matcher: "200",
        },
      },
      { parent: this },
    );
    new lb.ListenerRule(
      `${name}-test`,
      {
        listenerArn: balancer.testListenerArn,
        priority: 2 * settings.priority - (slot === "blue" ? 1 : 0),
        conditions: [
          { pathPattern: { values: [...settings.paths] } },
          { httpHeader: { httpHeaderName: SLOT_HEADER, values: [slot] } },
        ],
        actions: [{ type: "forward", targetGroupArn: group.arn }],
      },
      { parent: this },
    );
    this.targetGroupArn = group.arn;
    this.targetGroupSuffix = group.arnSuffix;
    this.alarms = settings.delivery.alarms.enabled ? this.createAlarms(name, args, group) : [];
    this.registerOutputs({ targetGroupArn: group.arn });
  }

  private createAlarms(
    name: string,
    args: SlotTargetsArgs,
    group: lb.TargetGroup,
  ): readonly string[] {
    const alarms = new SlotAlarms(
      name,
      {
        prefix: args.prefix,
        settings: args.settings.delivery.alarms,
        balancerSuffix: args.balancer.arnSuffix,
        targetGroupSuffix: group.arnSuffix,
      },
      { parent: this },
    );
    return alarms.names;
  }
}

/** Where the load balancer finds both slots: checked as each one's content asks, an empty one as the settings do. */
export function slotTargets(
  parent: pulumi.ComponentResource,
  name: string,
  args: SlottedServiceArgs<HttpServiceSettings>,
  next: SlotState<Revision | DesiredRevision>,
): Record<Slot, SlotTargets> {
  const { settings, network, balancer, place } = args;
  const { prefix } = place;
  const { vpcId } = network;
  const of = (slot: Slot): SlotTargets => {
    const checks = next[slot]?.targets ?? targetChecks(settings);
    return new SlotTargets(
      `${name}-${slot}`,
      { slot, settings, checks, prefix, vpcId, balancer },
      { parent },
    );
  };
  return { blue: of("blue"), green: of("green") };
}
