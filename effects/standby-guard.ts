import type { Effect } from "../components/dynamic-provider";
import { otherSlot, type Slot } from "../release/slots";
import { allTo, describeWeights } from "../release/weights";
import { explain, isMissing } from "./clients";
import { findRuleOf, ListenerRule, type WeightedRule } from "./listener-rule";
import { targetHealthOf } from "./target-health";

export interface GuardInputs extends WeightedRule {
  readonly service: string;
  /** The slot whose content is about to change; nothing if none is. */
  readonly changing?: Slot;
  /** What it changes to: makes each change a new question. */
  readonly revision: string;
}

/** Takes the traffic off a slot whose content is about to change, if something left it there. */
async function clear(inputs: GuardInputs): Promise<void> {
  if (inputs.changing === undefined) return;
  const found = await findRuleOf(inputs).catch((error: unknown) => {
    if (isMissing(error, "ListenerNotFoundException", "ListenerNotFound")) return undefined;
    throw explain(error, `${inputs.service}: reading the live weights`);
  });
  if (!found || found.weights[inputs.changing] === 0) return;
  const keeper = otherSlot(inputs.changing);
  const arn = keeper === "blue" ? inputs.blueTargetGroupArn : inputs.greenTargetGroupArn;
  const { healthy } = await targetHealthOf(inputs, arn)();
  if (healthy === 0)
    throw new Error(
      `${inputs.service}: ${inputs.changing} was to get a new version but carries traffic ` +
        `(${describeWeights(found.weights)}), and ${keeper} has no healthy target to take it; ` +
        `look at why the tasks in ${keeper} are not healthy, then run the update again`,
    );
  await new ListenerRule(inputs).write(found.arn, allTo(keeper));
}

export const effect: Effect = {
  async create(inputs: GuardInputs) {
    await clear(inputs);
    return { id: `${inputs.service}-standby`, outs: inputs };
  },
  diff(_id: string, olds: GuardInputs, news: GuardInputs) {
    const changes = news.changing !== undefined && olds.revision !== news.revision;
    return Promise.resolve({ changes });
  },
  async update(_id: string, _olds: GuardInputs, news: GuardInputs) {
    await clear(news);
    return { outs: news };
  },
  read(id: string, props: GuardInputs) {
    return Promise.resolve({ id, props });
  },
  async delete() {
    // nothing stands behind it: it is a check, not a thing
  },
};
