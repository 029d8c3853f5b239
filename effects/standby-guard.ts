import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Effect } from "../components/effect-resource";
import type { AwsPlace } from "../components/place";
import { mapValues } from "../release/map-values";
import { otherSlot, type Slot, SLOTS } from "../release/slots";
import { servicesBehind } from "./active-services";
import { clientConfig, explain, isMissing } from "./clients";
import { keepingTasks } from "./kept-tasks";
import { liveRule, type LiveRule, rulesOf, type WeightedRule } from "./listener-rule";
import { switchTogether } from "./release-parts";
import { type RecordedWorker, WayOfWork } from "./way-of-work";
import { type RecordedService, WayToRecord } from "./way-to-record";
import { findSlots } from "./worker-slots";

/** What is guarded: one of its slots may get something new. */
interface Guarded {
  /** The slot that the traffic, or the work, is to go to. */
  readonly live: Slot;
  /** The slot that the record calls live, where it is the other one. */
  readonly from?: Slot;
  /** Stands for what each slot is to hold; nothing for an empty one. */
  readonly contents: Readonly<Partial<Record<Slot, string>>>;
}

export interface GuardedService extends Guarded, Omit<RecordedService, keyof AwsPlace> {}

export interface GuardedWorker extends Guarded, RecordedWorker {}

export interface GuardInputs extends AwsPlace {
  readonly services: Readonly<Record<string, GuardedService>>;
  /** @default none */
  readonly workers?: Readonly<Record<string, GuardedWorker>>;
}

const allOf = ({ services, workers }: GuardInputs): Readonly<Record<string, Guarded>> => ({
  ...services,
  ...workers,
});

/** What a slot may hold by now, `EMPTY` for nothing. Nothing is known of a service that no guard has seen. */
type MayHold = Readonly<Record<string, Readonly<Record<Slot, readonly string[]>>>>;

export interface GuardOutputs extends GuardInputs {
  /** @default nothing is known: made before it was kept */
  readonly mayHold?: MayHold;
}

const EMPTY = "";

const ID = "standby";

/** The rule of a service: its place in the listener may change in this very update. */
function ruleOf(found: readonly LiveRule[], { priority }: WeightedRule): LiveRule | undefined {
  const own = found.filter(
    ({ isForeign, weights }) => !isForeign && SLOTS.some((slot) => weights[slot] > 0),
  );
  return own.find((rule) => rule.priority === priority) ?? own[0];
}

/** The rules of the services, by name, as they are now. One call a listener. */
async function liveRules(inputs: GuardInputs): Promise<ReadonlyMap<string, LiveRule>> {
  const client = new ElasticLoadBalancingV2Client(clientConfig(inputs));
  const services = Object.entries(inputs.services);
  const listeners = [...new Set(services.map(([, { listenerArn }]) => listenerArn))];
  const answers = listeners.map(async (listenerArn) => {
    const rules = await rulesOf(client, listenerArn).catch((error: unknown) => {
      if (isMissing(error, "ListenerNotFoundException", "ListenerNotFound")) return [];
      throw explain(error, "reading the live weights");
    });
    return services
      .filter(([, service]) => service.listenerArn === listenerArn)
      .flatMap(([name, service]): [string, LiveRule][] => {
        const own = { ...clientConfig(inputs), ...service };
        const rule = ruleOf(
          rules.map((each) => liveRule(each, own)),
          own,
        );
        return rule ? [[name, rule]] : [];
      });
  });
  return new Map((await Promise.all(answers)).flat());
}

/** What the slots may hold when an update with these inputs has ended, however that was. */
function mayHoldAfter(inputs: GuardInputs, before: MayHold): MayHold {
  return mapValues(allOf(inputs), ({ live, contents }, name) => {
    const content = (slot: Slot): string => contents[slot] ?? EMPTY;
    const other = otherSlot(live);
    // It gets what it is to hold after the traffic has moved, and keeps what it has where the update fails before.
    const either = [...new Set([...(before[name]?.[other] ?? []), content(other)])];
    const own = [content(live)];
    return live === "blue" ? { blue: own, green: either } : { blue: either, green: own };
  });
}

/** Whether a slot that the record does not call live is to hold something else than it may hold. */
const isToChange =
  (mayHold: MayHold) =>
  ([name, { from, live, contents }]: [string, Guarded]): boolean => {
    const [content, ...others] = mayHold[name]?.[live] ?? [];
    return from !== undefined && (content !== (contents[live] ?? EMPTY) || others.length > 0);
  };

/**
 * Takes the traffic and the work off the slots whose content is about to change, if something left any there. Then all go
 * to what the record calls live, together: one alone would leave a part of one release beside a part of another.
 */
async function clear(inputs: GuardInputs, mayHold: MayHold): Promise<void> {
  const changing = Object.entries(allOf(inputs)).filter(isToChange(mayHold));
  if (changing.length === 0) return;
  const { services, workers = {} } = inputs;
  const place = clientConfig(inputs);
  const [rules, found] = await Promise.all([liveRules(inputs), findSlots(place, workers)]);
  const isBusy = (name: string, slot: Slot): boolean =>
    (rules.get(name)?.weights[slot] ?? 0) > 0 || found[name]?.[slot]?.isAwake === true;
  if (!changing.some(([name, { live }]) => isBusy(name, live))) return;
  const isAstray = ([name, { from, live }]: [string, Guarded]): boolean =>
    isBusy(name, otherSlot(from ?? live));
  const behind = await servicesBehind(
    place,
    Object.values(services).map(({ clusterArn }) => clusterArn),
  );
  const ways = Object.entries(services)
    .filter(isAstray)
    .flatMap(([name, service]) => {
      const rule = rules.get(name);
      const live = service.from ?? service.live;
      return rule ? WayToRecord.of({ ...place, ...service }, live, rule, behind) : [];
    });
  const work = Object.entries(workers)
    .filter(isAstray)
    .map(
      ([name, worker]) =>
        new WayOfWork(place, worker, worker.from ?? worker.live, found[name] ?? {}),
    );
  const moves = ways.map(({ move }) => move);
  await keepingTasks(place, moves, () => switchTogether([...ways, ...work]));
}

export const effect: Effect = {
  async create(inputs: GuardInputs) {
    await clear(inputs, {});
    return { id: ID, outs: { ...inputs, mayHold: mayHoldAfter(inputs, {}) } };
  },
  // What a run that failed has put into a slot is remembered here, and nowhere in the stack's record.
  diff(_id: string, olds: GuardOutputs, news: GuardInputs) {
    const before = allOf(olds);
    const all = Object.entries(allOf(news));
    // A preview does not know what a new service is to hold, only that there is one.
    const isOther = all.some(
      ([name, { contents }]) =>
        !before[name] || SLOTS.some((slot) => before[name]?.contents[slot] !== contents[slot]),
    );
    return Promise.resolve({ changes: isOther || all.some(isToChange(olds.mayHold ?? {})) });
  },
  async update(_id: string, { mayHold = {} }: GuardOutputs, news: GuardInputs) {
    await clear(news, mayHold);
    return { outs: { ...news, mayHold: mayHoldAfter(news, mayHold) } };
  },
  read(id: string, props: object) {
    return Promise.resolve({ id, props });
  },
  async delete() {
    // nothing stands behind it: it is a check, not a thing
  },
};
