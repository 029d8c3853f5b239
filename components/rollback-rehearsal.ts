import * as pulumi from "@pulumi/pulumi";
import { mapValues } from "../release/map-values";
import type { Asked } from "../release/rehearsal/asked";
import type { RehearsalSettings, Rehearsed } from "../release/rehearsal/evidence";
import { EffectResource } from "./effect-resource";
import type { AwsPlace } from "./place";
import type { ServiceTraffic } from "./traffic-shift";

/** What a rehearsal needs to know of a service beside where its traffic goes. */
export interface ServiceRehearsal {
  readonly asked: Asked;
  /** Whether the update itself goes back, to a version that the record knows. @default false */
  readonly returns?: boolean;
  /** Whether the stack has no record of it: there is nothing to go back to. @default false */
  readonly isNew?: boolean;
  /** Id of the release that brought what the record calls live. @default there is no record */
  readonly before?: string;
}

export interface RollbackRehearsalArgs extends AwsPlace {
  readonly settings: RehearsalSettings;
  /** Where people reach the load balancer. */
  readonly url: pulumi.Input<string>;
  /** Services with traffic, by name. */
  readonly services: Readonly<Record<string, ServiceTraffic & ServiceRehearsal>>;
}

/**
 * Rehearses the rollback of a release that has just got all traffic, under load: all traffic back to the version before by one
 * write for each service, and forward again. It moves what `TrafficShift` owns, after it and before the standby is
 * declared, and leaves it as it was.
 */
export class RollbackRehearsal extends EffectResource {
  /** How each service came through its last one. */
  declare readonly rehearsed: pulumi.Output<Readonly<Record<string, Rehearsed>>>;

  constructor(name: string, args: RollbackRehearsalArgs, opts: pulumi.CustomResourceOptions) {
    const services = mapValues(args.services, whatIsAsked);
    const props = { ...args, services, rehearsed: undefined };
    super("rollback-rehearsal", "RollbackRehearsal", name, props, opts);
  }
}

/** Without what is the shift's own business, its steps and its test for example. */
function whatIsAsked(service: ServiceTraffic & ServiceRehearsal): pulumi.Inputs {
  const asked = [
    ...(["service", "listenerArn", "priority", "paths", "blueTargetGroupArn"] as const),
    ...(["greenTargetGroupArn", "live", "from", "clusterArn", "serviceName"] as const),
    ...(["taskDefinitionArn", "minimumHealthyTargets", "alarms", "watch", "scales"] as const),
    ...(["asked", "returns", "isNew", "before"] as const),
  ];
  return Object.fromEntries(
    asked.flatMap((key) => (service[key] === undefined ? [] : [[key, service[key]]])),
  );
}
