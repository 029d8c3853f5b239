import type { AwsPlace } from "../components/place";
import { explain } from "./clients";
import type { EcsServiceName } from "./ecs-service";
import { type Freedom, Scaling } from "./scaling";

/** The slot of a service that is to have the traffic, as far as its scaling goes. */
export interface ScaledSlot extends Omit<EcsServiceName, keyof AwsPlace> {
  readonly service: string;
  /** Whether policies scale the service. @default false */
  readonly scales?: boolean;
}

/** A service whose traffic may move. */
export interface ScaledMove {
  /** ECS service of the slot that had the traffic; nothing where the service is new. */
  readonly from: string | undefined;
  readonly to: ScaledSlot;
}

const named = (slots: readonly ScaledSlot[]): string =>
  [...new Set(slots.map(({ service }) => service))].join(", ");

/** What may be done to each of these slots' services now, those left out that nothing scales. */
async function freedomsOf(
  scaling: Scaling,
  place: AwsPlace,
  slots: readonly ScaledSlot[],
): Promise<ReadonlyMap<string, Freedom>> {
  return scaling.freedoms(slots.map((slot) => ({ ...place, ...slot }))).catch((error: unknown) => {
    throw explain(error, `${named(slots)}: reading what scales it`);
  });
}

/** Whether what is live may not give tasks back, as a killed run leaves it. */
export async function isHeld(place: AwsPlace, slots: readonly ScaledSlot[]): Promise<boolean> {
  const scaled = slots.filter(({ scales }) => scales);
  const freedoms = await freedomsOf(new Scaling(place), place, scaled);
  return [...freedoms.values()].some((freedom) => freedom !== "both");
}

/**
 * Moves traffic while neither slot of a service gives tasks back: the new one would be scaled to the share that it
 * has so far, and the old one must be able to take everything again. Both may still get more. In the end the slot
 * that has the traffic scales both ways, and the other one is kept as large as it is.
 */
export async function keepingTasks(
  place: AwsPlace,
  moves: readonly ScaledMove[],
  move: () => Promise<void>,
): Promise<void> {
  const scaling = new Scaling(place);
  const scaled = moves.filter(({ to }) => to.scales);
  const give = async (which: (move: ScaledMove) => (string | undefined)[], freedom: Freedom) => {
    const slots = scaled.flatMap((each) =>
      which(each).flatMap((serviceName) =>
        serviceName === undefined ? [] : [{ ...each.to, serviceName }],
      ),
    );
    const now = await freedomsOf(scaling, place, slots);
    for (const slot of slots) {
      const before = now.get(slot.serviceName);
      if (before === undefined || before === freedom) continue;
      await scaling.write({ ...place, ...slot }, freedom).catch((error: unknown) => {
        throw explain(error, `${slot.service}: changing what scales ${slot.serviceName}`);
      });
    }
  };
  const both = ({ from, to }: ScaledMove): (string | undefined)[] =>
    from === undefined || from === to.serviceName ? [] : [from, to.serviceName];
  try {
    await give(both, "outOnly");
    await move();
  } catch (error) {
    // What failed is what counts; a live slot that cannot give tasks back costs money and nothing else.
    await give(({ from }) => [from], "both").catch(() => undefined);
    throw error;
  }
  await give(({ to }) => [to.serviceName], "both");
}
