import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Effect } from "../components/dynamic-provider";
import type { AwsPlace } from "../components/place";
import { mapValues } from "../release/map-values";
import { stepsOf } from "../release/shift-plan";
import { otherSlot, type Slot } from "../release/slots";
import { allTo, sameWeights, type Weights } from "../release/weights";
import { servicesBehind } from "./active-services";
import { clientConfig, explain, isMissing } from "./clients";
import { isHeld, keepingTasks, scaledMove, type ScaledMove } from "./kept-tasks";
import { ListenerRule, liveRule, type LiveRule, rulesOf } from "./listener-rule";
import { switchTogether } from "./release-parts";
import { RuleRoutes, samePaths } from "./rule-routes";
import { ServiceOpening } from "./service-opening";
import {
  areLeft,
  done as workersDone,
  switchesOf,
  type Workers,
  type WorkersDone,
} from "./worker-shift";
import { atOnce, ServiceShift, type ServiceShiftInputs } from "./service-shift";

type ServiceInputs = Omit<ServiceShiftInputs, keyof AwsPlace>;

export interface ShiftInputs extends AwsPlace {
  readonly services: Readonly<Record<string, ServiceInputs>>;
  /** @default none */
  readonly workers?: Workers;
}

interface ServiceOutputs extends ServiceInputs {
  readonly ruleArn: string;
  /** As last written or read, in percent. */
  readonly weights: Weights;
  /** The task definition with which each slot last had all traffic to the end of its bake. */
  readonly proven: Readonly<Partial<Record<Slot, string>>>;
}

export interface ShiftOutputs extends AwsPlace {
  readonly services: Readonly<Record<string, ServiceOutputs>>;
  /** @default none: made before there were workers */
  readonly workers?: WorkersDone;
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

const hasTraffic = ({ weights, isForeign }: LiveRule, live: Slot): boolean =>
  !isForeign && sameWeights(weights, allTo(live));

/** What can't change in a rule that is there. */
const identity = ["listenerArn", "blueTargetGroupArn", "greenTargetGroupArn"] as const;

function isDone(
  rule: LiveRule | undefined,
  old: ServiceOutputs | undefined,
  wanted: ServiceInputs,
): boolean {
  return (
    rule !== undefined &&
    old?.live === wanted.live &&
    // A slot that was delivered may hold another version by now: an update that failed late is not recorded.
    old.proven[wanted.live] === wanted.taskDefinitionArn &&
    hasTraffic(rule, wanted.live) &&
    rule.priority === wanted.priority &&
    samePaths(rule.paths, wanted.paths) &&
    identity.every((key) => old[key] === wanted[key])
  );
}

/** What must be done to the traffic of one service; nothing where it goes where it belongs. */
function shiftOf(
  wanted: ServiceShiftInputs,
  old: ServiceOutputs,
  rule: LiveRule,
): ServiceShift | undefined {
  const { live, from, taskDefinitionArn } = wanted;
  const isThere = hasTraffic(rule, live);
  if (old.proven[live] !== taskDefinitionArn) return unproven(wanted, old, rule);
  // An update that failed late had delivered it, and the guard may have put the traffic back for another service's sake.
  const back = from && allTo(from);
  if (old.live === live) return isThere ? undefined : new ServiceShift(atOnce(wanted), rule, back);
  // `release rollback` has moved it already: nothing that is wrong now is a reason to return to what it left.
  return new ServiceShift(atOnce(wanted), rule, isThere ? undefined : allTo(otherSlot(live)));
}

/**
 * A version that never had all traffic to the end of its bake goes step by step, and back where it came from. In a slot
 * that is recorded as live it may have all of it already, or a hand has sent some to a slot that nothing is known of:
 * there is no way back then, and it is watched where it is.
 */
function unproven(wanted: ServiceShiftInputs, old: ServiceOutputs, rule: LiveRule): ServiceShift {
  const other = otherSlot(wanted.live);
  const comesFromOther = rule.weights[other] > 0 && old.proven[other] !== undefined;
  return old.live === wanted.live && !comesFromOther
    ? new ServiceShift({ ...wanted, steps: stepsOf("allAtOnce") }, rule)
    : new ServiceShift(wanted, rule, allTo(other));
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
    if (!old || !rule) openings.set(name, new ServiceOpening(wanted));
  }
  const moves = await movesOf(place, services, shifts);
  await keepingTasks(place, moves, () =>
    switchTogether([
      new RuleRoutes(place, known),
      ...openings.values(),
      ...shifts.values(),
      ...switches,
    ]),
  );
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
  return { ...place, services: done, ...(workers && { workers }) };
}

/** For what scales the services: those whose traffic stays too, which a killed run may have left held. */
async function movesOf(
  place: AwsPlace,
  services: readonly { name: string; wanted: ServiceShiftInputs; old: unknown }[],
  shifts: ReadonlyMap<string, ServiceShift>,
): Promise<readonly ScaledMove[]> {
  const clusters = services.flatMap(({ name, wanted }) =>
    shifts.has(name) ? [wanted.clusterArn] : [],
  );
  const behind = await servicesBehind(place, clusters);
  return services.map(({ name, wanted, old }) => {
    const shift = shifts.get(name);
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

export const effect: Effect = {
  async create(inputs: ShiftInputs) {
    return { id: ID, outs: await apply({ ...clientConfig(inputs), services: {} }, inputs) };
  },

  async diff(_id: string, olds: ShiftOutputs, news: ShiftInputs) {
    const rules = await liveRules(olds);
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
    return { outs: await apply(olds, news) };
  },

  async read(id: string, props: ShiftOutputs) {
    if (isOfOneService(props)) return { id, props };
    const rules = await liveRules(props);
    const isGone = Object.keys(rules).length === 0 && Object.keys(props.services).length > 0;
    if (isGone) return {};
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
