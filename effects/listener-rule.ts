import {
  type Action,
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

function weightsOf(found: Rule, rule: WeightedRule): Weights {
  const groups = found.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
  const weightOf = (arn: string): number =>
    groups.find((each) => each.TargetGroupArn === arn)?.Weight ?? 0;
  return { blue: weightOf(rule.blueTargetGroupArn), green: weightOf(rule.greenTargetGroupArn) };
}

/** A listener's rules come in pages; the last one names no next. */
async function findAtPriority(
  client: ElasticLoadBalancingV2Client,
  { listenerArn, priority }: WeightedRule,
): Promise<Rule | undefined> {
  let Marker: string | undefined;
  do {
    const page: DescribeRulesCommandOutput = await client.send(
      new DescribeRulesCommand({ ListenerArn: listenerArn, ...(Marker && { Marker }) }),
    );
    const found = page.Rules?.find((each) => each.Priority === String(priority));
    if (found) return found;
    Marker = page.NextMarker;
  } while (Marker !== undefined);
  return undefined;
}

/** The service's rule, found by its place in the listener and by the target groups it forwards to. */
export async function findRuleOf(
  rule: WeightedRule,
): Promise<{ arn: string; weights: Weights } | undefined> {
  const client = new ElasticLoadBalancingV2Client(clientConfig(rule));
  const found = await findAtPriority(client, rule);
  const mine = [rule.blueTargetGroupArn, rule.greenTargetGroupArn];
  const groups = found?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
  const isMine =
    groups.length > 0 && groups.every((each) => mine.includes(each.TargetGroupArn ?? ""));
  return isMine && found?.RuleArn
    ? { arn: found.RuleArn, weights: weightsOf(found, rule) }
    : undefined;
}

export class ListenerRule {
  private readonly client: ElasticLoadBalancingV2Client;
  private readonly rule: WeightedRule;

  constructor(rule: WeightedRule) {
    this.rule = rule;
    this.client = new ElasticLoadBalancingV2Client(clientConfig(rule));
  }

  private actions(weights: Weights): Action[] {
    const { blueTargetGroupArn, greenTargetGroupArn } = this.rule;
    const TargetGroups = [
      { TargetGroupArn: blueTargetGroupArn, Weight: weights.blue },
      { TargetGroupArn: greenTargetGroupArn, Weight: weights.green },
    ];
    return [{ Type: "forward", ForwardConfig: { TargetGroups } }];
  }

  private conditions(): RuleCondition[] {
    return [{ Field: "path-pattern", PathPatternConfig: { Values: [...this.rule.paths] } }];
  }

  /** Creates the rule, or takes over the one that a killed run left at its priority. @returns its ARN */
  async create(weights: Weights): Promise<string> {
    const { listenerArn, priority } = this.rule;
    try {
      const answer = await this.client.send(
        new CreateRuleCommand({
          ListenerArn: listenerArn,
          Priority: priority,
          Conditions: this.conditions(),
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
      await this.route(left.arn);
      await this.write(left.arn, weights);
      return left.arn;
    }
  }

  /** The weights as they are now, in percent; nothing if the rule is gone. */
  async read(arn: string): Promise<Weights | undefined> {
    try {
      const answer = await this.client.send(new DescribeRulesCommand({ RuleArns: [arn] }));
      const rule = answer.Rules?.[0];
      return rule && weightsOf(rule, this.rule);
    } catch (error) {
      if (isMissing(error, "RuleNotFoundException", "RuleNotFound")) return undefined;
      throw error;
    }
  }

  async write(arn: string, weights: Weights): Promise<void> {
    await this.client.send(new ModifyRuleCommand({ RuleArn: arn, Actions: this.actions(weights) }));
  }

  /** Gives the rule its paths, while it goes on carrying traffic. */
  async route(arn: string): Promise<void> {
    await this.client.send(new ModifyRuleCommand({ RuleArn: arn, Conditions: this.conditions() }));
  }

  /** Gives the rule its place in the listener, while it goes on carrying traffic. */
  async rank(arn: string): Promise<void> {
    const place = { RuleArn: arn, Priority: this.rule.priority };
    await this.client.send(new SetRulePrioritiesCommand({ RulePriorities: [place] }));
  }

  async delete(arn: string): Promise<void> {
    try {
      await this.client.send(new DeleteRuleCommand({ RuleArn: arn }));
    } catch (error) {
      if (!isMissing(error, "RuleNotFoundException", "RuleNotFound")) throw error;
    }
  }
}
