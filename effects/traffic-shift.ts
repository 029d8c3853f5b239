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

/** What can't change while the rule carries traffic. */
const identity = ["listenerArn", "blueTargetGroupArn", "greenTargetGroupArn"] as const;

const samePaths = (a: WeightedRule, b: WeightedRule): boolean =>
  JSON.stringify(a.paths) === JSON.stringify(b.paths);

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

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

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
    const restored = await rule.write(arn, from).then(
      () => `the weights are back at ${describeWeights(from)}`,
      (failure: unknown) =>
        `nor could the weights be put back to ${describeWeights(from)} (${messageOf(failure)}): ` +
        "look at what is live, then run the update again",
    );
    throw new Error(
      `${inputs.service}: the traffic could not be moved to ${inputs.live}, ${restored}: ${messageOf(error)}`,
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
    const replaces = identity.filter((key) => olds[key] !== news[key]);
    const weights = await new ListenerRule(olds).read(id).catch((error: unknown) => {
      throw explain(error, `${news.service}: reading the live weights`);
    });
    if (!weights) return { changes: true, replaces: ["listenerArn"], deleteBeforeReplace: true };
    const moves = olds.live !== news.live || !sameWeights(weights, allTo(news.live));
    const turns = olds.priority !== news.priority || !samePaths(olds, news);
    return { changes: moves || turns || replaces.length > 0, replaces, deleteBeforeReplace: true };
  },

  async update(id: string, olds: ShiftOutputs, news: ShiftInputs) {
    const rule = new ListenerRule(news);
    const from = await rule.read(id);
    if (!from)
      throw new Error(`${news.service}: the listener rule ${id} is gone: run the update again`);
    await assertCapacity(news);
    if (!samePaths(olds, news)) await rule.route(id);
    if (olds.priority !== news.priority) await rule.rank(id);
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
