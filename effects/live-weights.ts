import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { otherAccount } from "../release/other-account";
import type { StoredShift } from "../release/stored-shifts";
import type { Weights } from "../release/weights";
import { caller } from "./caller";
import { clientConfig, explain } from "./clients";
import { liveRule, rulesOf } from "./listener-rule";

/** What a rule does with the traffic of a service now. */
export interface WeightsNow extends Weights {
  /** Whether it does anything else with it than share it between the two slots. */
  readonly isForeign: boolean;
}

/** Someone waits for the answer, and can do without it. */
const LIMITS = {
  maxAttempts: 2,
  requestHandler: {
    connectionTimeout: 2000,
    requestTimeout: 5000,
    throwOnRequestTimeout: true,
  },
};

/** Rules that are all gone may be another account's. */
async function assertOwnAccount({ rule }: StoredShift): Promise<void> {
  const problem = otherAccount((await caller(rule)).arn, rule.listenerArn);
  if (problem !== undefined) throw new Error(problem);
}

/**
 * The weights of these rules as they are now; null for a rule that is gone. One call a listener, or one for each
 * hundred of its rules.
 *
 * @throws where they can't be read: no credentials, those of another account, no answer within some seconds
 */
export async function readWeights(
  shifts: Readonly<Record<string, StoredShift>>,
): Promise<Readonly<Record<string, WeightsNow | null>>> {
  const [first] = Object.values(shifts);
  if (!first) return {};
  const listeners = [...new Set(Object.values(shifts).map(({ rule }) => rule.listenerArn))];
  const client = new ElasticLoadBalancingV2Client({ ...clientConfig(first.rule), ...LIMITS });
  try {
    const rules = (await Promise.all(listeners.map((arn) => rulesOf(client, arn)))).flat();
    const weights = Object.entries(shifts).map(([service, { ruleArn, rule }]) => {
      const found = rules.find(({ RuleArn }) => RuleArn === ruleArn);
      if (!found) return [service, null] as const;
      const live = liveRule(found, rule);
      return [service, { ...live.weights, isForeign: live.isForeign }] as const;
    });
    if (weights.every(([, now]) => now === null)) await assertOwnAccount(first);
    return Object.fromEntries(weights);
  } catch (error) {
    throw explain(error, "reading the live weights");
  } finally {
    client.destroy();
  }
}
