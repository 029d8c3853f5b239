import {
  type Action,
  AddTagsCommand,
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeRulesCommand,
  type DescribeRulesCommandOutput,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
  type Rule,
  type RuleCondition,
  SetRulePrioritiesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { type Slot, SLOTS } from "../release/slots";
import type { Weights } from "../release/weights";
import type { AwsPlace } from "../components/place";
import { clientConfig, isMissing } from "./clients";

/** The rule that carries a service's traffic and the target groups that it forwards to. */
export interface WeightedRule extends AwsPlace {
  readonly listenerArn: string;
  /** Unique in the listener, 1 to 50000. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html */
  readonly priority: number;
  readonly paths: readonly string[];
  readonly blueTargetGroupArn: string;
  readonly greenTargetGroupArn: string;
}

/** ARN of the target group of a slot. */
export const targetGroupOf = (rule: WeightedRule, slot: Slot): string =>
  slot === "blue" ? rule.blueTargetGroupArn : rule.greenTargetGroupArn;

/** A rule as it is at the load balancer. */
export interface LiveRule {
  readonly arn: string;
  /** In percent; nothing but zeros where it does not forward at all. */
  readonly weights: Weights;
  /** Whether it does anything else with the traffic than share it between the two slots. */
  readonly isForeign: boolean;
  readonly priority: number;
  /** Undefined where it asks for anything beside a path. */
  readonly paths: readonly string[] | undefined;
}

/** All rules of a listener. They come in pages; the last one names no next. */
export async function rulesOf(
  client: ElasticLoadBalancingV2Client,
  listenerArn: string,
): Promise<readonly Rule[]> {
  const rules: Rule[] = [];
  let Marker: string | undefined;
  do {
    const page: DescribeRulesCommandOutput = await client.send(
      new DescribeRulesCommand({ ListenerArn: listenerArn, ...(Marker && { Marker }) }),
    );
    rules.push(...(page.Rules ?? []));
    Marker = page.NextMarker;
  } while (Marker !== undefined);
  return rules;
}

/** What a rule that AWS describes does with the traffic of a service. */
export function liveRule(found: Rule, rule: WeightedRule): LiveRule {
  const actions = found.Actions ?? [];
  const groups = actions[0]?.ForwardConfig?.TargetGroups ?? [];
  const weightOf = (arn: string): number =>
    groups.find((each) => each.TargetGroupArn === arn)?.Weight ?? 0;
  const mine = [rule.blueTargetGroupArn, rule.greenTargetGroupArn];
  const [condition, ...others] = found.Conditions ?? [];
  const paths = condition?.PathPatternConfig?.Values;
  return {
    arn: found.RuleArn ?? "",
    weights: { blue: weightOf(rule.blueTargetGroupArn), green: weightOf(rule.greenTargetGroupArn) },
    isForeign:
      actions.length !== 1 || groups.some((each) => !mine.includes(each.TargetGroupArn ?? "")),
    priority: Number(found.Priority),
    paths: others.length === 0 ? paths : undefined,
  };
}

/** The service's rule, found by its place in the listener and by the target groups it forwards to. */
export async function findRuleOf(rule: WeightedRule): Promise<LiveRule | undefined> {
  const client = new ElasticLoadBalancingV2Client(clientConfig(rule));
  const rules = await rulesOf(client, rule.listenerArn);
  const found = rules.find((each) => each.Priority === String(rule.priority));
  const live = found && liveRule(found, rule);
  const forwards = (found?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? []).length > 0;
  return live && forwards && !live.isForeign ? live : undefined;
}

export class ListenerRule {
  private readonly client: ElasticLoadBalancingV2Client;
  private readonly rule: WeightedRule;

  /** @param client shared with other rules of the place, so that credentials are looked up once */
  constructor(rule: WeightedRule, client = new ElasticLoadBalancingV2Client(clientConfig(rule))) {
    this.rule = rule;
    this.client = client;
  }

  private actions(weights: Weights): Action[] {
    const { blueTargetGroupArn, greenTargetGroupArn } = this.rule;
    const arns = { blue: blueTargetGroupArn, green: greenTargetGroupArn };
    const TargetGroups = SLOTS.map((slot) => ({
      TargetGroupArn: arns[slot],
      Weight: weights[slot],
    }));
    return [{ Type: "forward", ForwardConfig: { TargetGroups } }];
  }

  /** Creates the rule, unless a killed run has left one at its priority. @returns its ARN, or the rule that was left */
  async create(weights: Weights): Promise<string | LiveRule> {
    const { listenerArn, priority, paths } = this.rule;
    try {
      const answer = await this.client.send(
        new CreateRuleCommand({
          ListenerArn: listenerArn,
          Priority: priority,
          Conditions: conditions(paths),
          Actions: this.actions(weights),
        }),
      );
      const arn = answer.Rules?.[0]?.RuleArn;
      if (arn === undefined) throw new Error("the load balancer answered without a rule");
      return arn;
    } catch (error) {
      if (!isMissing(error, "PriorityInUseException")) throw error;
      const left = await findRuleOf(this.rule);
      if (!left) throw error;
      return left;
    }
  }

  /** The rule as it is now; nothing if it is gone. */
  async read(arn: string): Promise<LiveRule | undefined> {
    try {
      const answer = await this.client.send(new DescribeRulesCommand({ RuleArns: [arn] }));
      const rule = answer.Rules?.[0];
      return rule && liveRule(rule, this.rule);
    } catch (error) {
      if (isMissing(error, "RuleNotFoundException", "RuleNotFound")) return undefined;
      throw error;
    }
  }

  async write(arn: string, weights: Weights): Promise<void> {
    await this.client.send(new ModifyRuleCommand({ RuleArn: arn, Actions: this.actions(weights) }));
  }

  /** Leaves a note on the rule, in place of an earlier one of that name. */
  async note(arn: string, Key: string, Value: string): Promise<void> {
    await this.client.send(new AddTagsCommand({ ResourceArns: [arn], Tags: [{ Key, Value }] }));
  }

  /** Gives the rule its paths, while it goes on carrying traffic. */
  async route(arn: string, paths: readonly string[]): Promise<void> {
    await this.client.send(new ModifyRuleCommand({ RuleArn: arn, Conditions: conditions(paths) }));
  }

  async delete(arn: string): Promise<void> {
    try {
      await this.client.send(new DeleteRuleCommand({ RuleArn: arn }));
    } catch (error) {
      if (!isMissing(error, "RuleNotFoundException", "RuleNotFound")) throw error;
    }
  }
}

/** Gives rules their places in the listener, all at once: two may change places. */
export async function rank(
  place: AwsPlace,
  priorities: readonly { readonly arn: string; readonly priority: number }[],
): Promise<void> {
  const RulePriorities = priorities.map(({ arn, priority }) => ({
    RuleArn: arn,
    Priority: priority,
  }));
  await new ElasticLoadBalancingV2Client(clientConfig(place)).send(
    new SetRulePrioritiesCommand({ RulePriorities }),
  );
}

function conditions(paths: readonly string[]): RuleCondition[] {
  return [{ Field: "path-pattern", PathPatternConfig: { Values: [...paths] } }];
}
