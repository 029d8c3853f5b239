import type { Effect } from "../components/dynamic-provider";
import { remainingSteps, type ShiftStep } from "../release/shift-plan";
import { otherSlot, type Slot } from "../release/slots";
import { allTo, describeWeights, sameWeights, shareTo, type Weights } from "../release/weights";
import { explain } from "./clients";
import { EcsService, type EcsServiceName } from "./ecs-service";
import { pause } from "./interruption";
import { ListenerRule, type WeightedRule } from "./listener-rule";
import { ShiftWatch } from "./shift-watch";
import { targetHealthOf } from "./target-health";

export interface ShiftInputs extends WeightedRule, EcsServiceName {
  readonly service: string;
  /** The slot that is to have all traffic. */
  readonly live: Slot;
  /** What the slot runs. */
  readonly taskDefinitionArn: string;
  /** Healthy targets that the slot must have before it gets traffic. */
  readonly minimumHealthyTargets: number;
  /** How long the slot has to get as many healthy tasks as carry the traffic now. */
  readonly readyTimeoutSeconds: number;
  /** Shares of the traffic on the way, rising to 100; empty: all at once. */
  readonly steps: readonly ShiftStep[];
  /** How long the slot is watched once it has all traffic. */
  readonly bakeSeconds: number;
  /** Names of the slot's own alarms, which turn it back. */
  readonly alarms: readonly string[];
  /** Names of other alarms that turn it back. */
  readonly watch: readonly string[];
}

interface ShiftOutputs extends ShiftInputs {
  /** As last written or read, in percent. */
  readonly weights: Weights;
  /** The task definition with which each slot last had all traffic to the end of its bake. */
  readonly proven: Readonly<Partial<Record<Slot, string>>>;
}

/** What can't change while the rule carries traffic. */
const identity = ["listenerArn", "blueTargetGroupArn", "greenTargetGroupArn"] as const;

const samePaths = (a: WeightedRule, b: WeightedRule): boolean =>
  JSON.stringify(a.paths) === JSON.stringify(b.paths);

const targetGroupOf = (inputs: ShiftInputs, slot: Slot): string =>
  slot === "blue" ? inputs.blueTargetGroupArn : inputs.greenTargetGroupArn;

/** As many healthy targets as the settings ask for, and as the slot has that carries the traffic now. */
async function neededTargets(inputs: ShiftInputs, from: Weights): Promise<number> {
  const other = otherSlot(inputs.live);
  if (from[other] === 0) return inputs.minimumHealthyTargets;
  const { healthy } = await targetHealthOf(inputs, targetGroupOf(inputs, other))();
  return Math.max(inputs.minimumHealthyTargets, healthy);
}

/** A policy may have scaled the live slot since the other one came up; a task of a warm slot may be on its way. */
async function awaitCapacity(inputs: ShiftInputs, tasks: number): Promise<void> {
  const service = new EcsService(inputs);
  const { desiredCount = 0 } = await service.describe();
  if (desiredCount < tasks) await service.update({ desiredCount: tasks });
  const targetHealth = targetHealthOf(inputs, targetGroupOf(inputs, inputs.live));
  const end = Date.now() + inputs.readyTimeoutSeconds * 1000;
  while ((await targetHealth()).healthy < tasks && Date.now() < end) await pause(1);
}

const watchOf = (inputs: ShiftInputs, needed: number): ShiftWatch =>
  new ShiftWatch({
    ...inputs,
    targetGroupArn: targetGroupOf(inputs, inputs.live),
    neededTargets: needed,
  });

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** Writes the weights and reads them back. */
async function move(rule: ListenerRule, arn: string, to: Weights): Promise<void> {
  await rule.write(arn, to);
  const now = await rule.read(arn);
  if (!now || !sameWeights(now, to))
    throw new Error(`read back ${now ? describeWeights(now) : "no rule"} after the write`);
}

/** Moves the traffic step by step, watched; puts it back where it was safe as soon as anything is wrong. */
async function shift(
  rule: ListenerRule,
  arn: string,
  from: Weights,
  safe: Weights,
  inputs: ShiftInputs,
): Promise<void> {
  let moved = !sameWeights(from, safe);
  try {
    const needed = await neededTargets(inputs, from);
    await awaitCapacity(inputs, needed);
    const watch = watchOf(inputs, needed);
    if (from[inputs.live] === 0) await watch.settle();
    await watch.look();
    for (const { percent, pauseSeconds } of remainingSteps(inputs.steps, from[inputs.live])) {
      const next = shareTo(inputs.live, percent);
      moved = true;
      if (!sameWeights(from, next)) await move(rule, arn, next);
      await watch.stay(pauseSeconds);
    }
    await watch.stay(inputs.bakeSeconds);
  } catch (error) {
    if (!moved) throw refusal(inputs, error);
    const restored = await rule.write(arn, safe).then(
      () => `the weights are back at ${describeWeights(safe)}`,
      (failure: unknown) =>
        `nor could the weights be put back to ${describeWeights(safe)} (${messageOf(failure)}): ` +
        "look at what is live, then run the update again",
    );
    throw new Error(
      `${inputs.service}: the traffic could not be moved to ${inputs.live}, ${restored}: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

const provenBy = ({ live, taskDefinitionArn }: ShiftInputs): ShiftOutputs["proven"] => ({
  [live]: taskDefinitionArn,
});

/** For a version that was live before: a way back must not wait, whatever its alarms say of the time since. */
const atOnce = (inputs: ShiftInputs): ShiftInputs => ({
  ...inputs,
  steps: [],
  bakeSeconds: 0,
  alarms: [],
  watch: [],
});

const refusal = (inputs: ShiftInputs, error: unknown): Error =>
  new Error(
    `${inputs.service}: no traffic was moved to ${inputs.live}: ${messageOf(error)}; ` +
      "mend the version or wait until it is well, then run the update again",
    { cause: error },
  );

export const effect: Effect = {
  async create(inputs: ShiftInputs) {
    const rule = new ListenerRule(inputs);
    const watch = watchOf(atOnce(inputs), inputs.minimumHealthyTargets);
    await watch.look().catch((error: unknown) => {
      throw refusal(inputs, error);
    });
    const weights = allTo(inputs.live);
    const id = await rule.create(weights).catch((error: unknown) => {
      throw explain(error, `${inputs.service}: creating the listener rule`);
    });
    return { id, outs: { ...inputs, weights, proven: provenBy(inputs) } satisfies ShiftOutputs };
  },

  async diff(id: string, olds: ShiftOutputs, news: ShiftInputs) {
    const replaces = identity.filter((key) => olds[key] !== news[key]);
    const weights = await new ListenerRule(olds).read(id).catch((error: unknown) => {
      throw explain(error, `${news.service}: reading the live weights`);
    });
    if (!weights) return { changes: true, replaces: ["listenerArn"], deleteBeforeReplace: true };
    const moves = olds.live !== news.live || !sameWeights(weights, allTo(news.live));
    const turns = olds.priority !== news.priority || !samePaths(olds, news);
    // Two rules can't share a place in one listener. Another listener has its rule before the old one goes.
    const deleteBeforeReplace = olds.listenerArn === news.listenerArn;
    return { changes: moves || turns || replaces.length > 0, replaces, deleteBeforeReplace };
  },

  async update(id: string, olds: ShiftOutputs, news: ShiftInputs) {
    const rule = new ListenerRule(news);
    const from = await rule.read(id);
    if (!from)
      throw new Error(`${news.service}: the listener rule ${id} is gone: run the update again`);
    if (!samePaths(olds, news)) await rule.route(id);
    if (olds.priority !== news.priority) await rule.rank(id);
    const to = allTo(news.live);
    const isProven = olds.proven[news.live] === news.taskDefinitionArn;
    const delivers = olds.live !== news.live;
    const safe = delivers ? allTo(otherSlot(news.live)) : from;
    if (delivers || !sameWeights(from, to))
      await shift(rule, id, from, safe, delivers && !isProven ? news : atOnce(news));
    const proven = { ...olds.proven, ...provenBy(news) };
    return { outs: { ...news, weights: to, proven } satisfies ShiftOutputs };
  },

  async read(id: string, props: ShiftOutputs) {
    const weights = await new ListenerRule(props).read(id);
    return weights ? { id, props: { ...props, weights } } : {};
  },

  async delete(id: string, props: ShiftOutputs) {
    await new ListenerRule(props).delete(id);
  },
};
