import * as pulumi from "@pulumi/pulumi";
import type { Revision } from "../release/revision";
import { revisionKey } from "../release/revision-key";
import { type Slot, SLOTS } from "../release/slots";
import { EffectResource } from "./effect-resource";
import type { AwsPlace } from "./place";
import type { ServiceRule, WorkerPlace } from "./traffic-shift";

/** What is guarded: one of its slots may get something new. */
interface Guarded {
  /** What each slot is to hold; nothing for an empty one. */
  readonly contents: Readonly<Record<Slot, pulumi.Output<Revision> | undefined>>;
}

export interface GuardedService extends Guarded, ServiceRule {
  /** Place among the services of a release; the way back is the other way round. */
  readonly order: number;
  readonly clusterArn: pulumi.Input<string>;
  /** Healthy targets that the other slot must have before it takes the traffic, unless more carry it now. */
  readonly minimumHealthyTargets: number;
  /** How long it has to get them. */
  readonly readyTimeoutSeconds: number;
}

export interface GuardedWorker extends Guarded, WorkerPlace {}

export interface StandbyGuardArgs extends AwsPlace {
  readonly services: Readonly<Record<string, GuardedService | GuardedWorker>>;
}

/**
 * Takes the traffic, or the work, off a slot before its content changes, should a failed run or a hand have left some
 * there. One resource for all services: what was live last goes live again as a whole or not at all.
 */
export class StandbyGuard extends EffectResource {
  constructor(name: string, args: StandbyGuardArgs, opts?: pulumi.CustomResourceOptions) {
    const { services: all, ...place } = args;
    const of = (isWanted: (each: GuardedService | GuardedWorker) => boolean): pulumi.Inputs =>
      Object.fromEntries(
        Object.entries(all)
          .filter(([, each]) => isWanted(each))
          .map(([service, each]) => [service, withKeys(each)]),
      );
    const isWorker = (each: GuardedService | GuardedWorker): boolean => "families" in each;
    const props = { ...place, services: of((each) => !isWorker(each)), workers: of(isWorker) };
    super("standby-guard", "StandbyGuard", name, props, opts);
  }
}

/** With what stands for the contents in their place. */
function withKeys({ contents: revisions, ...each }: GuardedService | GuardedWorker): pulumi.Inputs {
  const keys = SLOTS.map((slot) => revisions[slot]?.apply(revisionKey));
  return { ...each, contents: pulumi.all(keys).apply(([blue, green]) => ({ blue, green })) };
}
