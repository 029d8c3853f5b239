import type { Effect } from "../components/dynamic-provider";
import { otherSlot, type Slot, SLOTS } from "../release/slots";
import { allTo, describeWeights } from "../release/weights";
import { clientConfig, explain, isMissing } from "./clients";
import { findRuleOf, ListenerRule, targetGroupOf, type WeightedRule } from "./listener-rule";
import { targetHealthOf } from "./target-health";
import { wake } from "./wake-slot";

export interface GuardInputs extends WeightedRule {
  readonly service: string;
  /** The slot that the traffic is to go to. */
  readonly live: Slot;
  /** Stands for what each slot is to hold; nothing for an empty one. */
  readonly contents: Readonly<Partial<Record<Slot, string>>>;
  /** How a slot without tasks is brought up. @default it is not */
  readonly wakes?: {
    readonly clusterArn: string;
    /** As the settings ask. */
    readonly tasks: number;
    readonly timeoutSeconds: number;
  };
}

/** Healthy targets of the slot that is to take the traffic; a cold one gets as many as carry it now. */
async function healthyIn(inputs: GuardInputs, keeper: Slot): Promise<number> {
  const targetGroupArn = targetGroupOf(inputs, keeper);
  const { healthy } = await targetHealthOf(inputs, targetGroupArn)();
  if (healthy > 0 || !inputs.wakes) return healthy;
  const carrying = await targetHealthOf(inputs, targetGroupOf(inputs, otherSlot(keeper)))();
  const tasks = Math.max(inputs.wakes.tasks, carrying.healthy);
  return wake({ ...clientConfig(inputs), ...inputs.wakes, targetGroupArn, tasks });
}

/** Takes the traffic off the slot whose content is about to change, if something left it there. */
async function clear(inputs: GuardInputs): Promise<void> {
  const changing = inputs.live;
  const keeper = otherSlot(changing);
  // A first update that failed late has left its traffic here, and nothing else could answer.
  if (inputs.contents[keeper] === undefined) return;
  const found = await findRuleOf(inputs).catch((error: unknown) => {
    if (isMissing(error, "ListenerNotFoundException", "ListenerNotFound")) return undefined;
    throw explain(error, `${inputs.service}: reading the live weights`);
  });
  if (!found || found.weights[changing] === 0) return;
  const healthy = await healthyIn(inputs, keeper).catch((error: unknown) => {
    throw explain(error, `${inputs.service}: bringing up ${keeper}`);
  });
  if (healthy === 0)
    throw new Error(
      `${inputs.service}: ${changing} was to get a new version but carries traffic ` +
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
  // What a run that failed has put into a slot is remembered here, and nowhere in the stack's record.
  diff(_id: string, olds: GuardInputs, news: GuardInputs) {
    const changes = SLOTS.some((slot) => olds.contents[slot] !== news.contents[slot]);
    return Promise.resolve({ changes });
  },
  async update(_id: string, olds: GuardInputs, news: GuardInputs) {
    const { live } = news;
    if (olds.contents[live] !== news.contents[live]) await clear(news);
    return { outs: news };
  },
  read(id: string, props: GuardInputs) {
    return Promise.resolve({ id, props });
  },
  async delete() {
    // nothing stands behind it: it is a check, not a thing
  },
};
