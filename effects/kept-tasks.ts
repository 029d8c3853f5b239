import type { AwsPlace } from "../components/place";
import { otherSlot, type Slot } from "../release/slots";
import { explain } from "./clients";
import type { EcsServiceName } from "./ecs-service";
import { targetGroupOf, type WeightedRule } from "./listener-rule";
import { type Freedom, Scaling } from "./scaling";

/** The slot of a service that is to have the traffic, as far as its scaling goes. */
export interface ScaledSlot extends Omit<EcsServiceName, keyof AwsPlace> {
  readonly service: string;
  /** Whether policies scale the service. @default false */
  readonly scales?: boolean;
}

/** A service whose traffic may move. */
export interface ScaledMove {
  readonly to: ScaledSlot;
  /** ECS services between which the traffic moves; none where it stays. */
  readonly between: readonly string[];
  /** ECS service of the slot that has the traffic should the move fail; nothing where the service is new. */
  readonly home: string | undefined;
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

/**
 * What a shift of the traffic moves between, whichever slot the state calls live: an update may have failed late.
 *
 * @param behind names of ECS services by their target groups
 */
export function scaledMove(
  to: ScaledSlot & WeightedRule & { readonly live: Slot },
  shift: { readonly home: Slot },
  behind: ReadonlyMap<string, string>,
): ScaledMove {
  const other = behind.get(targetGroupOf(to, otherSlot(to.live)));
  const between = other === undefined ? [to.serviceName] : [other, to.serviceName];
  return { to, between, home: shift.home === to.live ? to.serviceName : other };
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
 * that has the traffic scales both ways, and the other one is kept as large as it is. What scales them is asked of AWS:
 * policies that the settings have no more act until the end of the update.
 */
export async function keepingTasks(
  place: AwsPlace,
  moves: readonly ScaledMove[],
  move: () => Promise<void>,
): Promise<void> {
  const scaling = new Scaling(place);
  const staying = moves.filter(({ to, between }) => to.scales && between.length === 0);
  /** What is known to be scaled, or said to be. */
  const scaled = new Set(staying.map(({ to }) => to.serviceName));
  const give = async (
    which: (move: ScaledMove) => readonly string[],
    freedom: Freedom,
  ): Promise<void> => {
    const slots = moves.flatMap((each) =>
      which(each).map((serviceName) => ({ ...each.to, serviceName })),
    );
    const now = await freedomsOf(scaling, place, slots);
    for (const name of now.keys()) scaled.add(name);
    for (const slot of slots) {
      const before = now.get(slot.serviceName);
      if (before === undefined || before === freedom) continue;
      await scaling.write({ ...place, ...slot }, freedom).catch((error: unknown) => {
        throw explain(error, `${slot.service}: changing what scales ${slot.serviceName}`);
      });
    }
  };
  const ifScaled = (name: string | undefined): string[] =>
    name !== undefined && scaled.has(name) ? [name] : [];
  try {
    await give(({ between }) => between, "outOnly");
    await move();
  } catch (error) {
    // What failed is what counts; a live slot that cannot give tasks back costs money and nothing else.
    await give(({ home }) => ifScaled(home), "both").catch(() => undefined);
    throw error;
  }
  await give(({ to }) => ifScaled(to.serviceName), "both");
}
