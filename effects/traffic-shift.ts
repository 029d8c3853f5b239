import type { Effect } from "../components/dynamic-provider";
import type { Slot } from "../release/slots";
import { allTo, describeWeights, sameWeights, type Weights } from "../release/weights";
import { explain } from "./clients";
import { ListenerRule, type WeightedRule } from "./listener-rule";
import { targetHealthOf } from "./target-health";

export interface ShiftInputs extends WeightedRule {
  readonly service: string;
  /** The slot that is to have all traffic. */
  readonly live: Slot;
  /** Healthy targets that the slot must have before it gets traffic. */
  readonly minimumHealthyTargets: number;
}

interface ShiftOutputs extends ShiftInputs {
  /** As last written or read, in percent. */
  readonly weights: Weights;
}

const identity = [
  "listenerArn",
  "blueTargetGroupArn",
  "greenTargetGroupArn",
  "priority",
  "paths",
] as const;

const targetGroupOf = (inputs: ShiftInputs, slot: Slot): string =>
  slot === "blue" ? inputs.blueTargetGroupArn : inputs.greenTargetGroupArn;

/** Refuses unless the slot that is to have the traffic can carry it. */
async function assertCapacity(inputs: ShiftInputs): Promise<void> {
  const { healthy, others } = await targetHealthOf(inputs, targetGroupOf(inputs, inputs.live))();
  if (healthy >= inputs.minimumHealthyTargets) return;
  throw new Error(
    `${inputs.service}: no traffic was moved: ${inputs.live} has ${healthy} healthy targets, it needs ` +
      `${inputs.minimumHealthyTargets}${others.length > 0 ? ` (${others.join("; ")})` : ""}; ` +
      "mend the version or wait until its targets are healthy, then run the update again",
  );
}

/** Writes the weights and reads them back; puts the old ones back if either fails. */
async function shift(
  rule: ListenerRule,
  arn: string,
  from: Weights,
  inputs: ShiftInputs,
): Promise<void> {
  const to = allTo(inputs.live);
  try {
    await rule.write(arn, to);
    const now = await rule.read(arn);
    if (!now || !sameWeights(now, to))
      throw new Error(`read back ${now ? describeWeights(now) : "no rule"} after the write`);
  } catch (error) {
    await rule.write(arn, from);
    throw new Error(
      `${inputs.service}: the traffic could not be moved to ${inputs.live}, the weights are back at ` +
        `${describeWeights(from)}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

export const effect: Effect = {
  async create(inputs: ShiftInputs) {
    const rule = new ListenerRule(inputs);
    await assertCapacity(inputs);
    const weights = allTo(inputs.live);
    const id = await rule.create(weights).catch((error: unknown) => {
      throw explain(error, `${inputs.service}: creating the listener rule`);
    });
    return { id, outs: { ...inputs, weights } satisfies ShiftOutputs };
  },

  async diff(id: string, olds: ShiftOutputs, news: ShiftInputs) {
    const replaces = identity.filter(
      (key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]),
    );
    const weights = await new ListenerRule(olds).read(id).catch((error: unknown) => {
      throw explain(error, `${news.service}: reading the live weights`);
    });
    if (!weights) return { changes: true, replaces: ["listenerArn"], deleteBeforeReplace: true };
    const moves = olds.live !== news.live || !sameWeights(weights, allTo(news.live));
    return { changes: moves || replaces.length > 0, replaces, deleteBeforeReplace: true };
  },

  async update(id: string, _olds: ShiftOutputs, news: ShiftInputs) {
    const rule = new ListenerRule(news);
    const from = await rule.read(id);
    if (!from)
      throw new Error(`${news.service}: the listener rule ${id} is gone: run the update again`);
    await assertCapacity(news);
    const to = allTo(news.live);
    if (!sameWeights(from, to)) await shift(rule, id, from, news);
    return { outs: { ...news, weights: to } satisfies ShiftOutputs };
  },

  async read(id: string, props: ShiftOutputs) {
    const weights = await new ListenerRule(props).read(id);
    return weights ? { id, props: { ...props, weights } } : {};
  },

  async delete(id: string, props: ShiftOutputs) {
    await new ListenerRule(props).delete(id);
  },
};
