import type { WeightedRule } from "../effects/listener-rule";
import { SLOTS, type Slot } from "./slots";

/** The part of a stored resource that is looked at here. */
interface Stored {
  readonly urn: string;
  readonly type: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** A service's listener rule, as the last update left it. */
export interface StoredShift {
  readonly ruleArn: string;
  readonly rule: WeightedRule;
  /** Slots that hold the very task definition with which they last had all traffic to the end of a bake. */
  readonly proven: readonly Slot[];
}

const SHIFT = "pulumi-nodejs:dynamic/switchyard:TrafficShift";
const ECS_SERVICE = "aws:ecs/service:Service";

const nameOf = ({ urn }: Stored): string => urn.split("::").at(-1) ?? "";

/**
 * Where a stack's rules are found in its state, by service: the one place that knows how the program
 * names and stores them. What is not stored as expected is left out.
 */
export function storedShifts(resources: readonly Stored[]): Readonly<Record<string, StoredShift>> {
  const runs = new Map(
    resources
      .filter(({ type }) => type === ECS_SERVICE)
      .map((each) => [nameOf(each), each.outputs?.["taskDefinition"]]),
  );
  const shifts: Record<string, StoredShift> = {};
  const outputs = resources.find(({ type }) => type === SHIFT)?.outputs ?? {};
  for (const [service, stored] of Object.entries((outputs["services"] ?? {}) as Services)) {
    const rule = ruleIn(outputs, stored);
    const { ruleArn, proven = {} } = stored;
    if (typeof ruleArn !== "string" || rule === undefined) continue;
    const arns = proven as Partial<Record<Slot, string>>;
    const isProven = (slot: Slot): boolean =>
      arns[slot] !== undefined && runs.get(`${service}-${slot}`) === arns[slot];
    shifts[service] = { ruleArn, rule, proven: SLOTS.filter(isProven) };
  }
  return shifts;
}

type Values = Readonly<Record<string, unknown>>;
type Services = Readonly<Record<string, Values>>;

function ruleIn({ region, profile }: Values, service: Values): WeightedRule | undefined {
  const { listenerArn, priority, paths, blueTargetGroupArn, greenTargetGroupArn } = service;
  const texts = { region, listenerArn, blueTargetGroupArn, greenTargetGroupArn };
  if (!Object.values(texts).every((each) => typeof each === "string")) return undefined;
  const optional = typeof profile === "string" ? { profile } : {};
  return { ...texts, ...optional, priority, paths } as unknown as WeightedRule;
}
