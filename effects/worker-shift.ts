import type { AwsPlace } from "../components/place";
import { tasksOf } from "../release/capacity";
import { mapValues } from "../release/map-values";
import { otherSlot, type Slot } from "../release/slots";
import { clientConfig } from "./clients";
import { isHeld } from "./kept-tasks";
import { Scaling } from "./scaling";
import { findSlots, type FoundSlots } from "./worker-slots";
import { workerAtOnce, type WorkerInputs } from "./worker";
import { WorkerSwitch } from "./worker-switch";

/** By name, as the shift of a stack is given them. */
export type Workers = Readonly<Record<string, Omit<WorkerInputs, keyof AwsPlace>>>;

/** By name, as the last shift has left them. */
export type WorkersDone = Readonly<Record<string, WorkerDone>>;

type WorkerDone = Workers[string] & {
  /** The task definition with which each slot last worked alone to the end of its bake. */
  readonly proven: Readonly<Partial<Record<Slot, string>>>;
};

/** Whether the one slot works, with its tasks, and the other one rests. */
function isDone(wanted: Workers[string], old: WorkerDone | undefined, found: FoundSlots): boolean {
  const { live, serviceName, taskDefinitionArn, tasks } = wanted;
  const own = found[live];
  const desired = own?.desired ?? 0;
  return (
    own?.serviceName === serviceName &&
    own.taskDefinitionArn === taskDefinitionArn &&
    old?.live === live &&
    old.proven[live] === taskDefinitionArn &&
    desired === tasksOf(desired, tasks, old.tasks) &&
    found[otherSlot(live)]?.isAwake !== true
  );
}

/** Whether there is anything to do, or something left that a killed run has held. */
export async function areLeft(
  place: AwsPlace,
  olds: WorkersDone = {},
  news: Workers = {},
): Promise<boolean> {
  if (Object.keys(olds).some((name) => !(name in news))) return true;
  const all = await findSlots(place, news);
  const isLeft = Object.entries(news).some(
    ([name, wanted]) => !isDone(wanted, olds[name], all[name] ?? {}),
  );
  return isLeft || (await isHeld(place, Object.values(news)));
}

/** What must be done to the workers that are not as they are wanted. */
export async function switchesOf(
  place: AwsPlace,
  olds: WorkersDone = {},
  news: Workers = {},
): Promise<readonly WorkerSwitch[]> {
  const all = await findSlots(place, news);
  return Object.entries(news).flatMap(([name, wanted]) => {
    const found = all[name] ?? {};
    const old = olds[name];
    if (isDone(wanted, old, found)) return [];
    const isProven = old?.proven[wanted.live] === wanted.taskDefinitionArn;
    const inputs = { ...clientConfig(place), ...wanted };
    const back = wayBack(wanted, old, found);
    return new WorkerSwitch(isProven ? workerAtOnce(inputs) : inputs, {
      found,
      askedBefore: old?.live === wanted.live ? old.tasks : undefined,
      back,
      isKept: back === undefined && !wanted.isNew,
    });
  });
}

/**
 * The slot that works again should anything be wrong. The record knows it, and does not know of an update that failed
 * late. One that is known as live already has no way back, unless another version is in it and the one before still works.
 */
function wayBack(
  { live, from, taskDefinitionArn }: Workers[string],
  old: WorkerDone | undefined,
  found: FoundSlots,
): Slot | undefined {
  const other = otherSlot(live);
  if (!old || !found[other]) return undefined;
  if (old.live !== live || from === other) return other;
  const isProven = old.proven[live] === taskDefinitionArn;
  const works = found[other].isAwake && old.proven[other] !== undefined;
  return works && !isProven ? other : undefined;
}

/** Has what scales the workers that work add and take tasks again, whatever has kept it from that. */
export async function letScale(place: AwsPlace, workers: Workers = {}): Promise<void> {
  const scaling = new Scaling(place);
  for (const worker of Object.values(workers))
    if (worker.scales) await scaling.give({ ...clientConfig(place), ...worker }, "both");
}

export function done(olds: WorkersDone | undefined, news: Workers): WorkersDone {
  return mapValues(news, (wanted, name) => {
    const proven = { ...olds?.[name]?.proven, [wanted.live]: wanted.taskDefinitionArn };
    return { ...wanted, proven };
  });
}
