import * as pulumi from "@pulumi/pulumi";
import type { Revision } from "../release/revision";
import { revisionKey } from "../release/revision-key";
import { type Slot, SLOTS } from "../release/slots";
import { effectProvider } from "./dynamic-provider";
import type { AwsPlace } from "./place";
import type { ServiceRule } from "./traffic-shift";

const standbyGuard = effectProvider("standby-guard");

export interface StandbyGuardArgs extends AwsPlace, ServiceRule {
  /** What each slot is to hold; nothing for an empty one. */
  readonly contents: Readonly<Record<Slot, pulumi.Output<Revision> | undefined>>;
  /** How a slot that may be without tasks is brought up, so that it can take the traffic. */
  readonly wakes: {
    readonly clusterArn: pulumi.Input<string>;
    readonly tasks: number;
    readonly timeoutSeconds: number;
  };
}

/** Takes the traffic off a slot before its content changes, should a failed run or a hand have left some there. */
export class StandbyGuard extends pulumi.dynamic.Resource {
  constructor(name: string, args: StandbyGuardArgs, opts: pulumi.CustomResourceOptions) {
    const keys = SLOTS.map((slot) => args.contents[slot]?.apply(revisionKey));
    const contents = pulumi.all(keys).apply(([blue, green]) => ({ blue, green }));
    super(standbyGuard, name, { ...args, contents }, opts, "switchyard", "StandbyGuard");
  }
}
