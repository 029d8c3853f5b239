import type { Marks } from "./config-marks";
import type { EnginePlan, PlannedStep } from "./engine-plan";
import type { HistoryMark, LiveWeights, PlanWorld, StateMark } from "./saved-plan";
import { describeWeights, sameWeights, type Weights } from "./weights";

/** One thing that is not as it was when the plan was made. */
export interface Difference {
  readonly what: "project" | "stack" | "backend" | "state" | "config" | "source" | "live" | "steps";
  /** For people: what it was, and what it is. */
  readonly text: string;
}

/** What has changed of a plan's world; nothing where all of it is the same. */
export function worldDifferences(then: PlanWorld, now: PlanWorld): Difference[] {
  const name = (what: "project" | "stack" | "backend"): Difference[] =>
    then[what] === now[what]
      ? []
      : [{ what, text: `the plan is for ${then[what]}, and this is ${now[what]}` }];
  return [
    ...(["project", "stack", "backend"] as const).flatMap(name),
    ...stateDifferences(then.state, now.state),
    ...markDifferences("config", then.config, now.config),
    ...markDifferences("source", then.source, now.source),
    ...commitDifferences(then.commit, now.commit),
  ];
}

/** What has changed of the weights that the load balancer really has. */
export function liveDifferences(then: LiveWeights, now: LiveWeights): Difference[] {
  return keysOf(then, now).flatMap((service) => {
    const [was, is] = [then[service] ?? null, now[service] ?? null];
    const isSame = was === null || is === null ? was === is : sameWeights(was, is);
    if (isSame) return [];
    const text = `${service}: the weights were ${weightsText(was)}, and are ${weightsText(is)}`;
    return [{ what: "live", text }];
  });
}

/** Where a preview of now does something else than the plan says. */
export function stepDifferences(then: EnginePlan, now: EnginePlan): Difference[] {
  return keysOf(then.steps, now.steps).flatMap((urn) => {
    const [was, is] = [then.steps[urn], now.steps[urn]];
    const [planned, found] = [planWord(was), planWord(is)];
    if (planned !== found || was === undefined || is === undefined) {
      const text = `${subjectOf(urn)}: the plan is to ${planned}, an update now would ${found}`;
      return [{ what: "steps", text }];
    }
    const inputs = keysOf(was.inputs, is.inputs).filter(
      (key) => was.inputs[key] !== is.inputs[key],
    );
    if (inputs.length === 0) return [];
    const values = `${inputs.join(", ")} would get ${inputs.length === 1 ? "another value" : "other values"}`;
    return [{ what: "steps", text: `${subjectOf(urn)}: ${values} than the plan says` }];
  });
}

/** Name and type of a resource, for people: `web (TrafficShift)`. */
export function subjectOf(urn: string): string {
  const type = (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";
  return `${nameOf(urn)} (${type.split(":").at(-1) ?? type})`;
}

/** What becomes of a resource, in a word for people. */
export function planWord(step: PlannedStep | undefined): string {
  const ops = step?.ops ?? [];
  if (ops.some((op) => /replace/.test(op))) return "replace it";
  const known = ["create", "update", "delete", "import"].find((op) => ops.includes(op));
  if (known !== undefined) return `${known} it`;
  return ops.length === 0 ? "leave it as it is" : `do ${ops.join(", ")}`;
}

function stateDifferences(then: StateMark, now: StateMark): Difference[] {
  const isSame = (a: HistoryMark | null, b: HistoryMark | null): boolean =>
    a?.kind === b?.kind && a?.startedAt === b?.startedAt && a?.result === b?.result;
  if (!isSame(then.last, now.last)) {
    const last = now.last
      ? `${now.last.kind} of ${now.last.startedAt}, which ${now.last.result === "succeeded" ? "succeeded" : `ended as ${now.last.result}`}`
      : "nothing";
    return [{ what: "state", text: `the last thing that was run on the stack is now ${last}` }];
  }
  if (then.checkpoint === now.checkpoint) return [];
  const text =
    "the stack's state was changed without an update, as `pulumi state` or `pulumi import` do";
  return [{ what: "state", text }];
}

function markDifferences(what: "config" | "source", then: Marks, now: Marks): Difference[] {
  return keysOf(then, now)
    .filter((key) => then[key] !== now[key])
    .map((key) => {
      const [isOld, isNew] = [Object.hasOwn(then, key), Object.hasOwn(now, key)];
      const happened = isOld && isNew ? "was changed" : isNew ? "was added" : "was removed";
      return { what, text: `${key} ${happened}` };
    });
}

function commitDifferences(then: string | null, now: string | null): Difference[] {
  if (then === now) return [];
  const text = `the commit, which is part of a release that is built, was ${then ?? "none"}, and is ${now ?? "none"}`;
  return [{ what: "source", text }];
}

const weightsText = (weights: Weights | null): string =>
  weights ? describeWeights(weights) : "gone with their rule";

const nameOf = (urn: string): string => urn.split("::").slice(3).join("::") || urn;

const keysOf = (a: object, b: object): string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
