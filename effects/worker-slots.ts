import type { Service } from "@aws-sdk/client-ecs";
import type { AwsPlace } from "../components/place";
import { mapValues } from "../release/map-values";
import { type Slot, SLOTS } from "../release/slots";
import { activeServices } from "./active-services";
import { explain } from "./clients";

/** What is found in a slot of a worker. */
export interface FoundSlot {
  readonly serviceName: string;
  readonly taskDefinitionArn: string;
  /** Tasks that ECS is asked for. */
  readonly desired: number;
  /** Whether it is asked for any, or has any left. */
  readonly isAwake: boolean;
}

/** Nothing where a slot has never held a version. */
export type FoundSlots = Readonly<Partial<Record<Slot, FoundSlot>>>;

/** Families of the task definitions in both slots: their ECS services have names that AWS never tells beforehand. */
export type Families = Readonly<Record<Slot, string>>;

interface SlottedWorker {
  readonly clusterArn: string;
  readonly families: Families;
  /** ECS service of the slot that is to work, where it is known. */
  readonly serviceName?: string;
}

/** Reads the slots of workers as they are now: two calls for each ten services of the cluster. */
export async function findSlots(
  place: AwsPlace,
  workers: Readonly<Record<string, SlottedWorker>>,
): Promise<Readonly<Record<string, FoundSlots>>> {
  const clusters = Object.values(workers).map(({ clusterArn }) => clusterArn);
  const services = await activeServices(place, clusters).catch((error: unknown) => {
    throw explain(error, "reading which workers run");
  });
  return mapValues(workers, ({ families, serviceName }) =>
    Object.fromEntries(
      SLOTS.flatMap((slot) => {
        const all = services.filter((service) => familyOf(service) === families[slot]).map(slotOf);
        // While one is being replaced there are two.
        const own = all.find((each) => each.serviceName === serviceName);
        const inSlot = own ?? all.find(({ isAwake }) => isAwake) ?? all[0];
        return inSlot ? [[slot, inSlot]] : [];
      }),
    ),
  );
}

/** `arn:aws:ecs:REGION:ACCOUNT:task-definition/FAMILY:REVISION` */
const familyOf = ({ taskDefinition = "" }: Service): string =>
  taskDefinition.split("/").at(-1)?.split(":")[0] ?? "";

function slotOf(service: Service): FoundSlot {
  const { serviceName = "", taskDefinition = "", desiredCount = 0 } = service;
  const { runningCount = 0, pendingCount = 0 } = service;
  return {
    serviceName,
    taskDefinitionArn: taskDefinition,
    desired: desiredCount,
    isAwake: desiredCount + runningCount + pendingCount > 0,
  };
}
