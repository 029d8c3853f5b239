import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Effect } from "../components/effect-resource";
import type { AwsPlace } from "../components/place";
import { mapValues } from "../release/map-values";
import type { AcceptedSlots } from "../release/passed-test";
import { allTo } from "../release/weights";
import { servicesBehind } from "./active-services";
import { clientConfig, explain, isMissing } from "./clients";
import { isHeld, keepingTasks, scaledMove, type ScaledMove } from "./kept-tasks";
import { ListenerRule, liveRule, type LiveRule, rulesOf } from "./listener-rule";
import { type ReleasePart, switchTogether } from "./release-parts";
import { RuleRoutes } from "./rule-routes";
import { isDone, type ServiceInputs, type ServiceOutputs, shiftOf } from "./service-due";
import { ServiceOpening } from "./service-opening";
import {
  areLeft,
  letScale,
  done as workersDone,
  switchesOf,
  type Workers,
  type WorkersDone,
} from "./worker-shift";
import { atOnce, type ServiceShift, type ServiceShiftInputs } from "./service-shift";

export interface ShiftInputs extends AwsPlace {
  readonly services: Readonly<Record<string, ServiceInputs>>;
  /** @default none */
  readonly workers?: Workers;
}

export interface ShiftOutputs extends AwsPlace {
  readonly services: Readonly<Record<string, ServiceOutputs>>;
  /** @default none: made before there were workers */
  readonly workers?: WorkersDone;
  /** Of services and workers. @default none: made before it was kept */
  readonly accepted?: Readonly<Record<string, AcceptedSlots>>;
}

const ID = "traffic";

/**
 * The rules that the state knows, as they are now; those that are gone left out. One call a listener.
 *
 * @param wanted whose target groups count, where they are others than the state's
 */
async function liveRules(
  state: ShiftOutputs,
  wanted: ShiftInputs["services"] = {},
): Promise<Readonly<Record<string, LiveRule>>> {
  const client = new ElasticLoadBalancingV2Client(clientConfig(state));
  const services = Object.entries(state.services);
  const listeners = [...new Set(services.map(([, { listenerArn }]) => listenerArn))];
  const rules = await Promise.all(
    listeners.map((listenerArn) =>
      rulesOf(client, listenerArn).catch((error: unknown) => {
        if (isMissing(error, "ListenerNotFoundException", "ListenerNotFound")) return [];
        throw explain(error, "reading the live weights");
      }),
    ),
  );
  const found = new Map(rules.flat().map((rule) => [rule.RuleArn, rule]));
  return Object.fromEntries(
    services.flatMap(([name, service]) => {
      const rule = found.get(service.ruleArn);
      return rule ? [[name, liveRule(rule, { ...state, ...service, ...wanted[name] })]] : [];
    }),
  );
}

/** Everything that is not as it is wanted, as one release: it happens as a whole or not at all. */
async function apply(olds: ShiftOutputs, news: ShiftInputs): Promise<ShiftOutputs> {
  const place = clientConfig(news);
  const before = await liveRules(olds, news.services);
  const services = Object.entries(news.services).map(([name, wanted]) => {
    const old = olds.services[name];
    const rule = old?.listenerArn === wanted.listenerArn ? before[name] : undefined;
    return { name, wanted: { ...place, ...wanted }, old, rule };
  });
  const known = services.flatMap(({ wanted, rule }) => (rule ? [{ wanted, before: rule }] : []));
  const switches = await switchesOf(place, olds.workers, news.workers);
  const openings = new Map<string, ServiceOpening>();
  const shifts = new Map<string, ServiceShift>();
  for (const { name, wanted, old, rule } of services) {
    const shift = old && rule && shiftOf(wanted, old, rule);
    if (shift) shifts.set(name, shift);
    if (!old || !rule) openings.set(name, new ServiceOpening(openingOf(wanted, old)));
  }
  const moves = await movesOf(place, services, shifts);
  const parts = [...openings.values(), ...shifts.values(), ...switches];
  await keepingTasks(place, moves, () => switchTogether([new RuleRoutes(place, known), ...parts]));
  await letScale(place, news.workers);
  const done = Object.fromEntries(
    services.map(({ name, old, rule }) => {
      const wanted = news.services[name] as ServiceInputs;
      const proven = { ...old?.proven, [wanted.live]: wanted.taskDefinitionArn };
      const ruleArn = openings.get(name)?.arn ?? rule?.arn ?? "";
      return [name, { ...wanted, ruleArn, weights: allTo(wanted.live), proven }];
    }),
  );
  await close(olds, new Set(Object.values(done).map(({ ruleArn }) => ruleArn)));
  const workers = news.workers && workersDone(olds.workers, news.workers);
  const names = Object.keys({ ...news.services, ...news.workers });
  const accepted = acceptedOf(names, parts, olds.accepted);
  return { ...place, services: done, ...(workers && { workers }), accepted };
}

/** What has passed an acceptance test in the slots of what is there still, now or before. */
function acceptedOf(
  names: readonly string[],
  parts: readonly ReleasePart[],
  before: ShiftOutputs["accepted"] = {},
): Readonly<Record<string, AcceptedSlots>> {
  const all = names.map((name): [string, AcceptedSlots] => [
    name,
    { ...before[name], ...parts.find((part) => part.name === name)?.accepted },
  ]);
  return Object.fromEntries(all.filter(([, slots]) => Object.keys(slots).length > 0));
}

/** A version that had all traffic before lost its rule to somebody's hand: it gets that back at once. */
const openingOf = (
  wanted: ServiceShiftInputs,
  old: ServiceOutputs | undefined,
): ServiceShiftInputs =>
  old?.proven[wanted.live] === wanted.taskDefinitionArn ? atOnce(wanted) : wanted;

/** For what scales the services: those whose traffic stays too, which a killed run may have left held. */
async function movesOf(
  place: AwsPlace,
  services: readonly {
    name: string;
    wanted: ServiceShiftInputs;
    old: ServiceOutputs | undefined;
  }[],
  shifts: ReadonlyMap<string, ServiceShift>,
): Promise<readonly ScaledMove[]> {
  // Where nothing scales, and nothing did, there is nobody to hold, and no call is made for it.
  const scaled = ({ name, wanted, old }: (typeof services)[number]): ServiceShift | undefined =>
    wanted.scales || old?.scales ? shifts.get(name) : undefined;
  const clusters = services.flatMap((each) => (scaled(each) ? [each.wanted.clusterArn] : []));
  const behind = await servicesBehind(place, clusters);
  return services.map((each) => {
    const { wanted, old } = each;
    const shift = scaled(each);
    if (shift) return scaledMove(wanted, shift, behind);
    return { to: wanted, between: [], home: old ? wanted.serviceName : undefined };
  });
}

/** Removes the rules that nothing needs any more. */
async function close(state: ShiftOutputs, kept: ReadonlySet<string>): Promise<void> {
  const gone = Object.values(state.services).filter(({ ruleArn }) => !kept.has(ruleArn));
  await Promise.all(
    gone.map((service) => new ListenerRule({ ...state, ...service }).delete(service.ruleArn)),
  );
}

/** Made by version 0.1.0, which had one of these for each service. The one for all has taken its rule over. */
const isOfOneService = (props: object): boolean => !("services" in props);

/** What the state knows, asked for as this run calls AWS: the one that wrote it may have had another profile. */
const calledBy = (news: AwsPlace, { services, workers, accepted }: ShiftOutputs): ShiftOutputs => ({
  ...clientConfig(news),
  services,
  ...(workers && { workers }),
  ...(accepted && { accepted }),
});

export const effect: Effect = {
  async create(inputs: ShiftInputs) {
    return { id: ID, outs: await apply({ ...clientConfig(inputs), services: {} }, inputs) };
  },

  async diff(_id: string, olds: ShiftOutputs, news: ShiftInputs) {
    const rules = await liveRules(calledBy(news, olds));
    const isGone = Object.keys(olds.services).some((name) => !(name in news.services));
    const isLeft = Object.entries(news.services).some(
      ([name, wanted]) => !isDone(rules[name], olds.services[name], wanted),
    );
    const { services, workers } = news;
    const place = clientConfig(news);
    return {
      changes:
        isGone ||
        isLeft ||
        (await isHeld(place, Object.values(services))) ||
        (await areLeft(place, olds.workers, workers)),
    };
  },

  async update(_id: string, olds: ShiftOutputs, news: ShiftInputs) {
    return { outs: await apply(calledBy(news, olds), news) };
  },

  async read(id: string, props: ShiftOutputs) {
    if (isOfOneService(props)) return { id, props };
    const rules = await liveRules(props);
    const [hasRule, hasWorker] = [rules, props.workers ?? {}].map(
      (each) => Object.keys(each).length > 0,
    );
    if (!hasRule && !hasWorker) return {};
    const services = mapValues(rules, ({ weights }, name) => ({
      ...(props.services[name] as ServiceOutputs),
      weights,
    }));
    return { id, props: { ...props, services } };
  },

  async delete(_id: string, props: ShiftOutputs) {
    if (!isOfOneService(props)) await close(props, new Set());
  },
};
