import { escaped, wholeWord } from "../text-pattern";
import { otherSlot, type Slot, SLOTS } from "../slots";
import { chainOf, nameOf, type PreviewedResource, typeOf } from "./graph";

/** What a slot is for: which colour has the traffic differs with the deliveries that a stack has had. */
export type Role = "live" | "standby";

/** The slot of each service that is to be live after the update. */
export type LiveSlots = Readonly<Record<string, Slot>>;

/** A resource of one slot. */
export interface SlotPlace {
  readonly service: string;
  readonly slot: Slot;
  readonly role: Role;
}

const OF_ALL = /:(TrafficShift|StandbyGuard|RollbackRehearsal)$/;
/** Components whose children are there for an empty slot as well. */
const ALWAYS_THERE = /switchyard:service:(SlotTargets|SlotAlarms)\$/;

/** Whether a resource serves all services, with an entry for each under `services` or `workers`. */
export function isOfAll(urn: string): boolean {
  return OF_ALL.test(typeOf(urn));
}

/** Which slot of each service is to be live, as the traffic shift is told it. */
export function liveSlots(resources: readonly PreviewedResource[]): LiveSlots {
  const shifts = resources.filter(({ urn }) => isOfAll(urn));
  const entries = shifts.flatMap(({ inputs: { services, workers } }) =>
    [services, workers].flatMap((each) => Object.entries((each ?? {}) as Record<string, unknown>)),
  );
  return Object.fromEntries(
    entries.flatMap(([service, value]) => {
      const live = SLOTS.find((slot) => slot === (value as { readonly live?: unknown }).live);
      return live ? [[service, live] as const] : [];
    }),
  );
}

/** The slot that a resource is of; undefined for one of no slot. */
export function placeOf(urn: string, live: LiveSlots): SlotPlace | undefined {
  const [, service, slot] = /^(.+?)-(blue|green)(?:-.*)?$/.exec(nameOf(urn)) ?? [];
  const liveSlot = service === undefined ? undefined : live[service];
  if (service === undefined || liveSlot === undefined) return undefined;
  return {
    service,
    slot: slot as Slot,
    role: slot === liveSlot ? "live" : "standby",
  };
}

/** Whether a resource is there only for the content of the standby slot, which is of an earlier release, or none. */
export function isStandbyContent(urn: string, place: SlotPlace | undefined): boolean {
  return place?.role === "standby" && !ALWAYS_THERE.test(chainOf(urn));
}

/** A text in which the slots of a service are called by their roles: `web-green-failed` is `web-live-failed`. */
export function withRoles(text: string, service: string, live: Slot): string {
  const slot = (each: Slot): RegExp => wholeWord(`${escaped(service)}-${each}`);
  return text
    .replaceAll(slot(live), () => `${service}-live`)
    .replaceAll(slot(otherSlot(live)), () => `${service}-standby`);
}
