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

/** Whether what is live may not give tasks back, as a killed run leaves it. */
export async function isHeld(place: AwsPlace, slots: readonly ScaledSlot[]): Promise<boolean> {
  const scaling = new Scaling(place);
  const freedoms = await Promise.all(
    slots
      .filter(({ scales }) => scales)
      .map((slot) =>
        scaling.freedom({ ...place, ...slot }).catch((error: unknown) => {
          throw explain(error, `${slot.service}: reading what scales it`);
        }),
      ),
  );
  return freedoms.some((freedom) => freedom !== undefined && freedom !== "both");
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
    for (const each of scaled)
      for (const serviceName of which(each)) {
        if (serviceName === undefined) continue;
        await scaling
          .give({ ...place, ...each.to, serviceName }, freedom)
          .catch((error: unknown) => {
            throw explain(error, `${each.to.service}: changing what scales ${serviceName}`);
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
