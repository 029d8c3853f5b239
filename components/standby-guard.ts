import * as pulumi from "@pulumi/pulumi";
import { mapValues } from "../release/map-values";
import type { Revision } from "../release/revision";
import { revisionKey } from "../release/revision-key";
import { type Slot, SLOTS } from "../release/slots";
import { effectProvider } from "./dynamic-provider";
import type { AwsPlace } from "./place";
import type { ServiceRule } from "./traffic-shift";

const standbyGuard = effectProvider("standby-guard");

/** A service, one of whose slots may get something new. */
export interface GuardedService extends ServiceRule {
  /** Place among the services of a release; the way back is the other way round. */
  readonly order: number;
  /** What each slot is to hold; nothing for an empty one. */
  readonly contents: Readonly<Record<Slot, pulumi.Output<Revision> | undefined>>;
  readonly clusterArn: pulumi.Input<string>;
  /** Healthy targets that the other slot must have before it takes the traffic, unless more carry it now. */
  readonly minimumHealthyTargets: number;
  /** How long it has to get them. */
  readonly readyTimeoutSeconds: number;
}

export interface StandbyGuardArgs extends AwsPlace {
  readonly services: Readonly<Record<string, GuardedService>>;
}

/**
 * Takes the traffic off a slot before its content changes, should a failed run or a hand have left some there. One
 * resource for all services: what was live last goes live again as a whole or not at all.
 */
export class StandbyGuard extends pulumi.dynamic.Resource {
  constructor(name: string, args: StandbyGuardArgs, opts?: pulumi.CustomResourceOptions) {
    const services = mapValues(args.services, ({ contents: revisions, ...service }) => {
      const keys = SLOTS.map((slot) => revisions[slot]?.apply(revisionKey));
      const contents = pulumi.all(keys).apply(([blue, green]) => ({ blue, green }));
      return { ...service, contents };
    });
    super(standbyGuard, name, { ...args, services }, opts, "switchyard", "StandbyGuard");
  }
}
