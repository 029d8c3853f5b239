import { mapValues } from "../map-values";
import { storedShifts } from "../stored-shifts";
import { allTo, sameWeights, type Weights } from "../weights";
import { redact } from "./redact";
import type { StackState } from "./stack-state";
import type { Workplace } from "./workplace";

/** What the load balancer does with the traffic of a service now. */
export interface ServiceTraffic {
  /** In percent; null where its rule is gone. */
  readonly weights: Weights | null;
  /** Whether its rule sends traffic anywhere else, or does anything else with it. */
  readonly elsewhere: boolean;
  /** Whether its rule does what the last update left: all traffic to the live slot, and nothing else. */
  readonly asRecorded: boolean;
}

/** The traffic of a stack's HTTP services as it is now; also its form in JSON. */
export type TrafficReport =
  | { readonly read: true; readonly services: Readonly<Record<string, ServiceTraffic>> }
  | { readonly read: false; readonly reason: string };

/**
 * Asks the load balancer. What can't be asked is told and fails nothing.
 *
 * @returns null where nothing is recorded that takes traffic: workers have no rule
 */
export async function trafficReport(
  place: Pick<Workplace, "readWeights">,
  { services, resources }: StackState,
): Promise<TrafficReport | null> {
  const http = Object.fromEntries(Object.entries(services).filter(([, { worker }]) => !worker));
  if (Object.keys(http).length === 0) return null;
  const shifts = storedShifts(resources);
  if (Object.keys(shifts).length === 0)
    return { read: false, reason: "the stack's state names no listener rules" };
  try {
    const found = await place.readWeights(shifts);
    return {
      read: true,
      services: mapValues(http, ({ live }, name) => {
        const now = found[name];
        if (!now) return { weights: null, elsewhere: false, asRecorded: false };
        const { blue, green, isForeign } = now;
        const weights = { blue, green };
        const asRecorded = !isForeign && sameWeights(weights, allTo(live));
        return { weights, elsewhere: isForeign, asRecorded };
      }),
    };
  } catch (error) {
    return { read: false, reason: redact(error instanceof Error ? error.message : String(error)) };
  }
}
