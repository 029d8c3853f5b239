import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Effect } from "../components/dynamic-provider";
import type { AwsPlace } from "../components/place";
import { otherSlot, type Slot, SLOTS } from "../release/slots";
import { clientConfig, explain, isMissing } from "./clients";
import { keepingTasks } from "./kept-tasks";
import { liveRule, type LiveRule, rulesOf, type WeightedRule } from "./listener-rule";
import { switchTogether } from "./release-parts";
import { type RecordedService, WayToRecord } from "./way-to-record";

/** A service, one of whose slots may get something new. */
export interface GuardedService extends Omit<RecordedService, keyof AwsPlace> {
  /** The slot that the traffic is to go to. */
  readonly live: Slot;
  /** The slot that the record calls live, where it is the other one. */
  readonly from?: Slot;
  /** Stands for what each slot is to hold; nothing for an empty one. */
  readonly contents: Readonly<Partial<Record<Slot, string>>>;
}

export interface GuardInputs extends AwsPlace {
  readonly services: Readonly<Record<string, GuardedService>>;
}

/** What each slot was last to hold, also in a run that failed. Nothing is known of what no guard has seen. */
type Remembered = Readonly<Record<string, Pick<GuardedService, "contents">>>;

const ID = "standby";

/** The rule of a service: its place in the listener may change in this very update. */
function ruleOf(found: readonly LiveRule[], { priority }: WeightedRule): LiveRule | undefined {
  const own = found.filter(
    ({ isForeign, weights }) => !isForeign && SLOTS.some((slot) => weights[slot] > 0),
  );
  return own.find((rule) => rule.priority === priority) ?? own[0];
}

/** The rules of the services, as they are now. One call a listener. */
async function liveRules(inputs: GuardInputs): Promise<ReadonlyMap<GuardedService, LiveRule>> {
  const client = new ElasticLoadBalancingV2Client(clientConfig(inputs));
  const services = Object.values(inputs.services);
  const listeners = [...new Set(services.map(({ listenerArn }) => listenerArn))];
  const answers = listeners.map(async (listenerArn) => {
    const rules = await rulesOf(client, listenerArn).catch((error: unknown) => {
      if (isMissing(error, "ListenerNotFoundException", "ListenerNotFound")) return [];
      throw explain(error, "reading the live weights");
    });
    return services
      .filter((service) => service.listenerArn === listenerArn)
      .flatMap((service): [GuardedService, LiveRule][] => {
        const own = { ...clientConfig(inputs), ...service };
        const rule = ruleOf(
          rules.map((each) => liveRule(each, own)),
          own,
        );
        return rule ? [[service, rule]] : [];
      });
  });
  return new Map((await Promise.all(answers)).flat());
}

/** Whether a slot that the record does not call live is to hold something else than it was last to hold. */
const isToChange =
  (remembered: Remembered) =>
  ([name, { from, live, contents }]: [string, GuardedService]): boolean =>
    from !== undefined && contents[live] !== remembered[name]?.contents[live];

/**
 * Takes the traffic off the slots whose content is about to change, if something left it there. Then all services go to
 * what the record calls live, together: one alone would leave a part of one release beside a part of another.
 */
async function clear(inputs: GuardInputs, remembered: Remembered): Promise<void> {
  const changing = Object.entries(inputs.services).filter(isToChange(remembered));
  if (changing.length === 0) return;
  const rules = await liveRules(inputs);
  const carries = (service: GuardedService, slot: Slot): boolean =>
    (rules.get(service)?.weights[slot] ?? 0) > 0;
  if (!changing.some(([, service]) => carries(service, service.live))) return;
  const place = clientConfig(inputs);
  const ways = await Promise.all(
    [...rules].flatMap(([service, rule]) => {
      const recorded = service.from ?? service.live;
      // Nothing could answer in an empty slot, and nothing is to leave the one that is right.
      const isThere = !carries(service, otherSlot(recorded));
      if (isThere || service.contents[otherSlot(recorded)] === undefined) return [];
      return WayToRecord.of({ ...place, ...service }, recorded, rule);
    }),
  );
  const moves = ways.map(({ move }) => move);
  await keepingTasks(place, moves, () => switchTogether(ways));
}

export const effect: Effect = {
  async create(inputs: GuardInputs) {
    await clear(inputs, {});
    return { id: ID, outs: inputs };
  },
  // What a run that failed has put into a slot is remembered here, and nowhere in the stack's record.
  diff(_id: string, olds: GuardInputs, news: GuardInputs) {
    const changes = Object.entries(news.services).some(([name, { contents }]) =>
      SLOTS.some((slot) => olds.services[name]?.contents[slot] !== contents[slot]),
    );
    return Promise.resolve({ changes });
  },
  async update(_id: string, olds: GuardInputs, news: GuardInputs) {
    await clear(news, olds.services);
    return { outs: news };
  },
  read(id: string, props: object) {
    return Promise.resolve({ id, props });
  },
  async delete() {
    // nothing stands behind it: it is a check, not a thing
  },
};
