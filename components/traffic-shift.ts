import * as pulumi from "@pulumi/pulumi";
import type { Slot } from "../release/slots";
import type { Weights } from "../release/weights";
import { effectProvider } from "./dynamic-provider";
import type { AwsPlace } from "./place";

const trafficShift = effectProvider("traffic-shift");

export interface TrafficShiftArgs extends AwsPlace {
  readonly service: string;
  readonly listenerArn: pulumi.Input<string>;
  readonly priority: number;
  readonly paths: readonly string[];
  readonly blueTargetGroupArn: pulumi.Input<string>;
  readonly greenTargetGroupArn: pulumi.Input<string>;
  /** The slot that is to have all traffic when this is done. */
  readonly live: Slot;
  /** Healthy targets that the slot must have before it gets traffic. */
  readonly minimumHealthyTargets: number;
}

/**
 * Sole owner of a service's listener rule and its weights: nothing else declares that rule, so nothing
 * resets what is live. Its `diff` reads the live weights: a half-done shift that a killed run left, or
 * an edit by hand, shows in the next preview and is healed by the next update.
 */
export class TrafficShift extends pulumi.dynamic.Resource {
  declare readonly weights: pulumi.Output<Weights>;

  constructor(name: string, args: TrafficShiftArgs, opts?: pulumi.CustomResourceOptions) {
    const props = { ...args, weights: undefined };
    super(trafficShift, name, props, opts, "switchyard", "TrafficShift");
  }
}
