import * as pulumi from "@pulumi/pulumi";
import type { ShiftStep } from "../release/shift-plan";
import type { Slot } from "../release/slots";
import { effectProvider } from "./dynamic-provider";
import type { AwsPlace } from "./place";
import type { VersionTest } from "./version-test";

const trafficShift = effectProvider("traffic-shift");

/** The listener rule of one service, and the slot that it is to lead to. */
export interface ServiceRule {
  readonly service: string;
  readonly listenerArn: pulumi.Input<string>;
  readonly priority: number;
  readonly paths: readonly string[];
  readonly blueTargetGroupArn: pulumi.Input<string>;
  readonly greenTargetGroupArn: pulumi.Input<string>;
  /** The slot that is to have all traffic when this is done. */
  readonly live: Slot;
}

/** How the traffic of one service is to be shared, and what the shift to that is watched by. */
export interface ServiceTraffic extends ServiceRule {
  /** Place among the services of a release: those of one number shift together, those of a lower one before. */
  readonly order: number;
  /** What that slot runs. The version that had all traffic in it before goes back at once, without steps. */
  readonly taskDefinitionArn: pulumi.Input<string>;
  readonly clusterArn: pulumi.Input<string>;
  /** ECS service of that slot. */
  readonly serviceName: pulumi.Input<string>;
  /** How long the slot has to get as many healthy tasks as carry the traffic now. */
  readonly readyTimeoutSeconds: number;
  /** Healthy targets that the slot must have before it gets traffic. */
  readonly minimumHealthyTargets: number;
  /** Shares of the traffic on the way, rising to 100; empty: all at once. */
  readonly steps: readonly ShiftStep[];
  /** How long the slot is watched once it has all traffic. */
  readonly bakeSeconds: number;
  /** Names of the slot's own alarms, which turn it back. */
  readonly alarms: readonly string[];
  /** Names of other alarms that turn it back. */
  readonly watch: readonly string[];
  /** What every task of the slot must run, `REPOSITORY@DIGEST`, before the shift is called a success. */
  readonly image: pulumi.Input<string>;
  /** Run once the slot has all traffic; turns it back when it fails. @default none */
  readonly acceptance?: VersionTest;
  /** Whether policies scale the service. @default false */
  readonly scales?: boolean;
}

export interface TrafficShiftArgs extends AwsPlace {
  readonly services: Readonly<Record<string, ServiceTraffic>>;
}

/**
 * Sole owner of the services' listener rules and their weights: nothing else declares those rules, so nothing
 * resets what is live. One resource for all services, so that a release is live as a whole or not at all. Its
 * `diff` reads the rules: a half-done shift that a killed run left, or an edit by hand, shows in the next
 * preview and is healed by the next update.
 */
export class TrafficShift extends pulumi.dynamic.Resource {
  constructor(name: string, args: TrafficShiftArgs, opts?: pulumi.CustomResourceOptions) {
    super(trafficShift, name, { ...args }, opts, "switchyard", "TrafficShift");
  }
}
