import * as pulumi from "@pulumi/pulumi";
import { mapValues } from "../release/map-values";
import type { AcceptedSlots, PassedTest } from "../release/passed-test";
import type { ShiftStep } from "../release/shift-plan";
import type { Slot } from "../release/slots";
import { EffectResource } from "./effect-resource";
import type { AwsPlace } from "./place";
import type { VersionTest } from "./version-test";

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
  /** The slot that the record calls live. @default the same one */
  readonly from?: Slot;
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

/** A service without traffic, whatever works in its slots. */
export interface WorkerPlace {
  readonly service: string;
  /** Place among the services of a release, as for those with traffic. */
  readonly order: number;
  /** The slot that is to work when this is done; the other one is to rest. */
  readonly live: Slot;
  /** The slot that the record calls live. @default the same one */
  readonly from?: Slot;
  /** Whether no update has succeeded with it: it is stopped again should this one fail. @default false */
  readonly isNew?: boolean;
  readonly clusterArn: pulumi.Input<string>;
  /** Families of the task definitions, by which what runs in each slot is found. */
  readonly families: Readonly<Record<Slot, string>>;
  readonly logGroup: pulumi.Input<string>;
  readonly logStreamPrefixes: Readonly<Record<Slot, string>>;
  /** Tasks that the slot has at least; as many as the other one has, where that is more. */
  readonly tasks: number;
  /** Whether both versions may work at once. */
  readonly overlap: boolean;
  /** How long a version has to become healthy. */
  readonly readyTimeoutSeconds: number;
  /** Whether policies scale the worker. @default false */
  readonly scales?: boolean;
}

/** How its work goes over to that slot. */
export interface WorkerSwitchover extends WorkerPlace {
  /** ECS service of that slot. */
  readonly serviceName: pulumi.Input<string>;
  /** What that slot runs. The version that worked in it before starts again without a bake. */
  readonly taskDefinitionArn: pulumi.Input<string>;
  /** How long the new version is watched once it works alone. */
  readonly bakeSeconds: number;
  /** Names of alarms that turn it back. */
  readonly watch: readonly string[];
  /** What every task of the slot must run, `REPOSITORY@DIGEST`, before the switch is called a success. */
  readonly image: pulumi.Input<string>;
  /** Run once it works alone; turns it back when it fails. @default none */
  readonly acceptance?: VersionTest;
}

/** A service of a release: its traffic shifts, or its work goes over. */
export interface SwitchedService {
  readonly traffic?: ServiceTraffic;
  readonly work?: WorkerSwitchover;
  /** What must be there first. */
  readonly proofs: readonly pulumi.Resource[];
}

export interface TrafficShiftArgs extends AwsPlace {
  readonly services: Readonly<Record<string, SwitchedService>>;
}

/**
 * Sole owner of the services' listener rules and their weights: nothing else declares those rules, so nothing
 * resets what is live. One resource for all services, and for the workers, so that a release is live as a whole or not at all. Its
 * `diff` reads the rules: a half-done shift that a killed run left, or an edit by hand, shows in the next
 * preview and is healed by the next update.
 */
export class TrafficShift extends EffectResource {
  /** What its last run has switched each service to, `REPOSITORY@DIGEST`: an update that leaves it out has not switched anything. */
  readonly images: pulumi.Output<Record<string, string>>;
  /** The acceptance test that the version of each service has passed, of those that have. */
  readonly passed: pulumi.Output<Record<string, PassedTest>>;
  declare private readonly services: Switched;
  declare private readonly workers: Switched;
  /** Beside the services and not in them: what is an input as well, a preview of a shift takes for known. */
  declare private readonly accepted: pulumi.Output<Record<string, AcceptedSlots> | undefined>;

  constructor(name: string, { services: all, ...place }: TrafficShiftArgs) {
    const services = given(mapValues(all, ({ traffic }) => traffic));
    const workers = given(mapValues(all, ({ work }) => work));
    const dependsOn = Object.values(all).flatMap(({ proofs }) => proofs);
    const props = { ...place, services, workers, accepted: undefined };
    super("traffic-shift", "TrafficShift", name, props, { dependsOn });
    const switched = pulumi
      .all([this.services, this.workers])
      .apply(([shifted, worked]) => ({ ...shifted, ...worked }));
    this.images = switched.apply((each) => mapValues(each, ({ image }) => image));
    this.passed = pulumi
      .all([switched, this.accepted])
      .apply(([each, accepted]) =>
        given(mapValues(each, (service, name) => passedBy(service, accepted?.[name]))),
      );
  }
}

/** What a service was switched to, as the shift has left it. */
export interface SwitchedTo {
  readonly image: string;
  readonly live: Slot;
  readonly taskDefinitionArn: string;
}

type Switched = pulumi.Output<Record<string, SwitchedTo> | undefined>;

/** A slot may have held another version when its test was passed. */
export function passedBy(
  { live, taskDefinitionArn }: SwitchedTo,
  accepted: AcceptedSlots = {},
): PassedTest | undefined {
  const passed = accepted[live];
  return passed?.taskDefinitionArn === taskDefinitionArn ? passed : undefined;
}

/** Those that are there. */
function given<T>(values: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
