import type { AwsPlace } from "../components/place";
import { stepsOf } from "../release/shift-plan";
import { otherSlot, type Slot } from "../release/slots";
import { allTo, sameWeights, type Weights } from "../release/weights";
import type { LiveRule } from "./listener-rule";
import { samePaths } from "./rule-routes";
import { atOnce, ServiceShift, type ServiceShiftInputs } from "./service-shift";

export type ServiceInputs = Omit<ServiceShiftInputs, keyof AwsPlace>;

/** What the state keeps of one service. */
export interface ServiceOutputs extends ServiceInputs {
  readonly ruleArn: string;
  /** As last written or read, in percent. */
  readonly weights: Weights;
  /** The task definition with which each slot last had all traffic to the end of its bake. */
  readonly proven: Readonly<Partial<Record<Slot, string>>>;
}

const hasTraffic = ({ weights, isForeign }: LiveRule, live: Slot): boolean =>
  !isForeign && sameWeights(weights, allTo(live));

/** What can't change in a rule that is there. */
const identity = ["listenerArn", "blueTargetGroupArn", "greenTargetGroupArn"] as const;

/** Whether nothing is to be done to a service, its rule included. */
export function isDone(
  rule: LiveRule | undefined,
  old: ServiceOutputs | undefined,
  wanted: ServiceInputs,
): boolean {
  return (
    rule !== undefined &&
    old?.live === wanted.live &&
    // A slot that was delivered may hold another version by now: an update that failed late is not recorded.
    old.proven[wanted.live] === wanted.taskDefinitionArn &&
    hasTraffic(rule, wanted.live) &&
    rule.priority === wanted.priority &&
    samePaths(rule.paths, wanted.paths) &&
    identity.every((key) => old[key] === wanted[key])
  );
}

/** What must be done to the traffic of one service; nothing where it goes where it belongs. */
export function shiftOf(
  wanted: ServiceShiftInputs,
  old: ServiceOutputs,
  rule: LiveRule,
): ServiceShift | undefined {
  const { live, from, taskDefinitionArn } = wanted;
  const isThere = hasTraffic(rule, live);
  if (old.proven[live] !== taskDefinitionArn) return unproven(wanted, old, rule);
  // An update that failed late had delivered it, and the guard may have put the traffic back for another service's sake.
  const back = allTo(from ?? live);
  if (old.live === live) return isThere ? undefined : new ServiceShift(atOnce(wanted), rule, back);
  // `release rollback` has moved it already: nothing that is wrong now is a reason to return to what it left.
  return new ServiceShift(atOnce(wanted), rule, isThere ? undefined : allTo(otherSlot(live)));
}

/**
 * A version that never had all traffic to the end of its bake goes step by step, and back where it came from. In a slot
 * that is recorded as live it may have all of it already, or a hand has sent some to a slot that nothing is known of:
 * there is no way back then, and it is watched where it is.
 */
function unproven(wanted: ServiceShiftInputs, old: ServiceOutputs, rule: LiveRule): ServiceShift {
  const other = otherSlot(wanted.live);
  const comesFromOther = rule.weights[other] > 0 && old.proven[other] !== undefined;
  return old.live === wanted.live && !comesFromOther
    ? new ServiceShift({ ...wanted, steps: stepsOf("allAtOnce") }, rule)
    : new ServiceShift(wanted, rule, allTo(other));
}
