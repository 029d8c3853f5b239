import { canonical, isSecretValue, MASKED, UNKNOWN, withoutSuffix } from "../engine-plan";
import { pick } from "../map-values";
import { escaped, wholeWord } from "../text-pattern";
import { parseJson } from "../parse-json";
import { otherSlot, type Slot, SLOTS } from "../slots";
import { chainOf, nameOf } from "./graph";
import { OF_A_SERVICE, RELEASE_VARIABLE, withoutRelease } from "./left-out";
import { isOfAll, type LiveSlots, placeOf, type Role, withRoles } from "./roles";
import { isUnordered } from "./sets";
import type { StackNames } from "./shape";

/** In place of a value that only the update tells. */
export const UNKNOWN_VALUE = "[unknown]";

/** Where a value stands. */
interface Spot {
  readonly urn: string;
  /** Names of the properties on the way, from the input on; places in lists are not among them. */
  readonly path: readonly string[];
  /** Service whose slots may be meant. */
  readonly service?: string;
}

/** Takes out of the inputs of one stack what no two stacks have in common. */
export class Normalizer {
  private readonly names: StackNames;
  private readonly refer: (text: string) => string;
  private readonly live: LiveSlots;

  /** @param refer replaces physical names */
  constructor(names: StackNames, refer: (text: string) => string, live: LiveSlots) {
    this.names = names;
    this.refer = refer;
    this.live = live;
  }

  value(urn: string, input: string, value: unknown): unknown {
    const service = placeOf(urn, this.live)?.service;
    return this.visit(value, { urn, path: [input], ...(service !== undefined && { service }) });
  }

  private visit(value: unknown, spot: Spot): unknown {
    if (isSecretValue(value)) return MASKED;
    if (typeof value === "string") return this.text(value, spot);
    if (typeof value === "number") return this.number(value, spot);
    if (Array.isArray(value)) {
      const parts = value.map((each) => this.visit(each, spot));
      return isUnordered(spot.path.at(-1) ?? "") ? inOneOrder(parts) : parts;
    }
    if (typeof value !== "object" || value === null) return value;
    return this.object(value as Record<string, unknown>, spot);
  }

  private object(value: Readonly<Record<string, unknown>>, spot: Spot): unknown {
    const { urn, path } = spot;
    const isService = isOfAll(urn) && path.length === 2;
    const entries = Object.entries(value)
      .filter(([key]) => key !== "__defaults" && !(isService && OF_A_SERVICE.includes(key)))
      .map(([key, part]) => {
        const isServices = isOfAll(urn) && path.length === 1;
        const inner = {
          ...spot,
          path: [...path, key],
          ...(isServices && { service: key }),
        };
        return [this.key(key, spot), this.visit(part, inner)] as const;
      });
    const result = Object.fromEntries(entries);
    return path[0] === "containerDefinitions" ? this.variable(value, result, spot) : result;
  }

  /** Blue and green as the roles that they have, where a property is called by one of them. */
  private key(key: string, { urn, service }: Spot): string {
    const live = service === undefined || !isOfAll(urn) ? undefined : this.live[service];
    const [, slot, rest = ""] = /^(blue|green)(?![a-z])(.*)$/.exec(key) ?? [];
    return live === undefined || slot === undefined ? key : `${roleOf(slot as Slot, live)}${rest}`;
  }

  /** A container's variable that says which release or which slot it is of. */
  private variable(
    { name, value }: Readonly<Record<string, unknown>>,
    normal: Record<string, unknown>,
    { service }: Spot,
  ): Record<string, unknown> {
    if (name === RELEASE_VARIABLE) return { ...normal, value: "[release]" };
    const slot = SLOTS.find((each) => each === value);
    if (name !== "SLOT" || slot === undefined || service === undefined) return normal;
    return { ...normal, value: roleOf(slot, pick(this.live, service)) };
  }

  private text(text: string, spot: Spot): unknown {
    if (text === UNKNOWN) return UNKNOWN_VALUE;
    const parsed = /^\s*[[{]/.test(text) ? parseJson(text) : undefined;
    if (parsed !== undefined) return this.visit(parsed, spot);
    const own = withoutSuffix(nameOf(spot.urn), text) ?? this.refer(text);
    return this.called(this.roles(withoutRelease(own), spot));
  }

  /** Without what the stack, its account and its region are called. */
  private called(text: string): string {
    const { project, stack, account, region } = this.names;
    if (text === stack) return "[stack]";
    return text
      .replaceAll(wholeWord(escaped(`${project}-${stack}`)), "[project]-[stack]")
      .replaceAll(wholeWord(escaped(account)), "[account]")
      .replaceAll(new RegExp(`(?<![A-Za-z0-9])${region}(?!\\d)`, "g"), "[region]");
  }

  private roles(text: string, { urn, path, service }: Spot): string {
    const live = service === undefined ? undefined : this.live[service];
    if (service === undefined || live === undefined) return text;
    const slot = SLOTS.find((each) => each === text);
    const key = path.at(-1) ?? "";
    if (slot && saysSlot(urn, path)) return roleOf(slot, live);
    const named = withRoles(text, service, live);
    if (key !== "title") return named;
    return named.replace(/ of (blue|green)$/, (_all, each) => ` of ${roleOf(each as Slot, live)}`);
  }

  /** The rule of the green slot's test comes after that of the blue one's: the same number for both. */
  private number(value: number, { urn, path, service }: Spot): number {
    const isRule = isTargets(urn) && path.length === 1 && path[0] === "priority";
    const place = placeOf(urn, this.live);
    return isRule && service !== undefined && place?.slot === "blue" ? value + 1 : value;
  }
}

/** An order that depends on the content alone; what is not known yet stands where it will stand when it is. */
function inOneOrder(values: readonly unknown[]): unknown[] {
  const keyed = values.map((value) => {
    const text = canonical(value);
    return { value, key: `${text.replaceAll(/\$\{[^{}]*\}|\[unknown\]/g, "?")} ${text}` };
  });
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ value }) => value);
}

export const holdsUnknown = (value: unknown): boolean => holds(value, [UNKNOWN_VALUE]);

/** Whether a value is compared by what it is made from: it is not known yet, or nobody may see it. */
export const isVeiled = (value: unknown): boolean => holds(value, [UNKNOWN_VALUE, MASKED]);

function holds(value: unknown, marks: readonly string[]): boolean {
  if (typeof value === "string") return marks.includes(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((each) => holds(each, marks));
}

/** Whether a property is a slot, where a colour anywhere else may be the user's. */
function saysSlot(urn: string, path: readonly string[]): boolean {
  const [key, ...outer] = path.toReversed();
  if (key === "x-switchyard-slot") return true;
  if (key === "values") return isTargets(urn) && outer[0] === "httpHeader";
  return (key === "slot" && outer.length === 0) || (key === "live" && isOfAll(urn));
}

const isTargets = (urn: string): boolean => chainOf(urn).includes("switchyard:service:SlotTargets");

const roleOf = (slot: Slot, live: Slot): Role => (slot === otherSlot(live) ? "standby" : "live");
