import * as pulumi from "@pulumi/pulumi";
import { mapValues } from "../release/map-values";
import type { PassedTest, TestKind } from "../release/passed-test";
import type { Rehearsed } from "../release/rehearsal/evidence";
import type { Revision } from "../release/revision";
import type { SlotState } from "../release/slots";
import type { Settings } from "../settings/types";
import type { BlueGreenService } from "./blue-green-service";
import type { BlueGreenWorker } from "./blue-green-worker";
import type { StackPlace } from "./place";
import { RollbackRehearsal } from "./rollback-rehearsal";
import type { ServiceUp } from "./service-slots";
import { StandbyGuard } from "./standby-guard";
import { TrafficShift } from "./traffic-shift";

/** All services of a stack, delivered. */
export interface DeliveredTogether {
  /** What the slots of each hold when this update is done. */
  readonly services: Record<string, pulumi.Output<SlotState<Revision>>>;
  /** Image of the version that each was switched to, `REPOSITORY@DIGEST`. */
  readonly switched: pulumi.Output<Readonly<Record<string, string>>>;
  /** The tests that the version of each has passed, of those that have. */
  readonly passed: Readonly<Record<TestKind, pulumi.Output<PassedTests>>>;
  /** How the services with traffic came through their rehearsals. @default nothing is rehearsed */
  readonly rehearsed?: RehearsedTogether;
}

export type PassedTests = Readonly<Record<string, PassedTest | undefined>>;

export interface RehearsedTogether {
  readonly results: pulumi.Output<Readonly<Record<string, Rehearsed>>>;
  /** ARN of the task definition that each of them runs. */
  readonly versions: pulumi.Output<Record<string, string>>;
}

/**
 * Delivers all services as one release: nothing new starts before the guard has seen to it that no traffic and no
 * work goes there, and neither moves before everything is up. Where a rollback is rehearsed, that is done before the standby
 * may lose its tasks.
 *
 * @param url where people reach the load balancer
 */
export function deliverTogether(
  { project, aws }: StackPlace,
  services: Readonly<Record<string, BlueGreenService | BlueGreenWorker>>,
  url: pulumi.Input<string>,
  { rehearsal: settings }: Pick<Settings, "rehearsal">,
): DeliveredTogether {
  const guarded = mapValues(services, (service) => service.guarded);
  const guard = new StandbyGuard(project, { ...aws, services: guarded });
  const up = mapValues(services, (service): ServiceUp => service.bringUp(guard));
  const shift = new TrafficShift(project, { ...aws, services: up });
  const smoke = pulumi.output(mapValues(up, (service) => service.smoke?.passed));
  const done = { switched: shift.images, passed: { smoke, acceptance: shift.passed } };
  if (!settings) return { services: mapValues(up, (service) => service.settle(shift)), ...done };
  const withTraffic = Object.fromEntries(
    Object.entries(up).flatMap(([name, { traffic, rehearsal }]) =>
      traffic && rehearsal ? [[name, { ...traffic, ...rehearsal }]] : [],
    ),
  );
  const args = { ...aws, settings, url, services: withTraffic };
  const rehearsal = new RollbackRehearsal(project, args, { dependsOn: [shift] });
  const versions = pulumi.output(mapValues(withTraffic, (each) => each.taskDefinitionArn));
  return {
    services: mapValues(up, (service) => service.settle(rehearsal)),
    ...done,
    rehearsed: { results: rehearsal.rehearsed, versions },
  };
}
