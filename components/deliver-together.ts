import type * as pulumi from "@pulumi/pulumi";
import { mapValues } from "../release/map-values";
import type { Revision } from "../release/revision";
import type { SlotState } from "../release/slots";
import type { BlueGreenService } from "./blue-green-service";
import type { BlueGreenWorker } from "./blue-green-worker";
import type { StackPlace } from "./place";
import type { ServiceUp } from "./service-slots";
import { StandbyGuard } from "./standby-guard";
import { TrafficShift } from "./traffic-shift";

/**
 * Delivers all services as one release: nothing new starts before the guard has seen to it that no traffic and no
 * work goes there, and neither moves before everything is up.
 *
 * @returns what the slots of each hold when this update is done
 */
export function deliverTogether(
  { project, aws }: StackPlace,
  services: Readonly<Record<string, BlueGreenService | BlueGreenWorker>>,
): Record<string, pulumi.Output<SlotState<Revision>>> {
  const guarded = mapValues(services, (service) => service.guarded);
  const guard = new StandbyGuard(project, { ...aws, services: guarded });
  const up = mapValues(services, (service): ServiceUp => service.bringUp(guard));
  const shift = new TrafficShift(project, { ...aws, services: up });
  return mapValues(up, (service) => service.settle(shift));
}
