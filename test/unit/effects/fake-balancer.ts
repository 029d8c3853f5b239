import type { ShiftInputs, ShiftOutputs } from "../../../effects/traffic-shift";
import type { Weights } from "../../../release/weights";
import { type Answer, awsError } from "./stub-aws";

interface Rule {
  arn: string;
  priority: number;
  paths: string[];
  groups: { TargetGroupArn: string; Weight: number }[];
}

export const LISTENER = "arn:listener";
export const BLUE = "arn:blue";
export const GREEN = "arn:green";

/** Inputs that both effects on a listener rule have. */
export const RULE = {
  region: "us-east-1",
  service: "web",
  listenerArn: LISTENER,
  priority: 7,
  paths: ["/*"],
  blueTargetGroupArn: BLUE,
  greenTargetGroupArn: GREEN,
} as const;

/** What `web` asks of the traffic shift. */
export type Traffic = ShiftInputs["services"][string];

const { region: REGION, ...WEB_RULE } = RULE;

/** A service that shifts all at once, to blue. */
export const TRAFFIC: Traffic = {
  ...WEB_RULE,
  order: 0,
  live: "blue",
  taskDefinitionArn: "arn:task:1",
  clusterArn: "arn:cluster",
  serviceName: "web",
  readyTimeoutSeconds: 10,
  minimumHealthyTargets: 2,
  steps: [],
  bakeSeconds: 0,
  alarms: [],
  watch: [],
  image: "repository@digest",
};

/** The same with another version, to green. */
export const TO_GREEN: Traffic = { ...TRAFFIC, live: "green", taskDefinitionArn: "arn:task:2" };

/** What the state holds of `TRAFFIC` after it was done. */
export const DONE = {
  ...TRAFFIC,
  ruleArn: "arn:rule:1",
  weights: { blue: 100, green: 0 },
  proven: { blue: "arn:task:1" },
};

/** Of the one traffic shift of a stack. */
export const ID = "traffic";

/** A stack with `web` alone. */
export const only = (web: Traffic): ShiftInputs => ({ region: REGION, services: { web } });

/** What the state holds of a stack with `web` alone. */
export const state = (web: ShiftOutputs["services"][string]): ShiftOutputs => ({
  region: REGION,
  services: { web },
  accepted: {},
});

/** A load balancer with one listener, as much of it as the effects use. */
export class FakeBalancer {
  readonly rules: Rule[] = [];
  /** Of the ECS service of the slot that the traffic is to go to. */
  desiredCount = 2;
  /** Rules in one answer. AWS gives 100 unless told. */
  pageSize = 100;
  /** What the tasks run, one a target. */
  image = TRAFFIC.image;
  /** Containers that each task has before the service's own. */
  beside: readonly object[] = [];
  readonly targets: Record<string, string[]> = { [BLUE]: [], [GREEN]: [] };
  /** Name of the ECS service behind each target group. */
  readonly services: Record<string, string> = {};

  /** Puts a rule there that the program has made before. @returns its ARN */
  withRule(weights: Weights, changes: Partial<Rule> = {}): string {
    const arn = `arn:rule:${this.rules.length + 1}`;
    const groups = [
      { TargetGroupArn: BLUE, Weight: weights.blue },
      { TargetGroupArn: GREEN, Weight: weights.green },
    ];
    this.rules.push({ arn, priority: RULE.priority, paths: [...RULE.paths], groups, ...changes });
    return arn;
  }

  /** What a rule does to the traffic now. */
  weights(arn: string): Weights {
    const { groups } = this.require(arn);
    const of = (target: string): number =>
      groups.find((each) => each.TargetGroupArn === target)?.Weight ?? 0;
    return { blue: of(BLUE), green: of(GREEN) };
  }

  get answers(): Record<string, Answer> {
    return {
      DescribeRules: ({ RuleArns, ListenerArn, Marker }) => {
        if (ListenerArn !== undefined && ListenerArn !== LISTENER)
          throw awsError("ListenerNotFoundException");
        const found = (RuleArns as string[] | undefined)?.map((arn) => this.require(arn));
        const rules = (found ?? this.rules).map(described);
        const start = Number(Marker ?? 0);
        const end = start + this.pageSize;
        return {
          Rules: rules.slice(start, end),
          ...(end < rules.length && { NextMarker: String(end) }),
        };
      },
      CreateRule: ({ ListenerArn, Priority, Conditions, Actions }) => {
        if (ListenerArn !== LISTENER) throw awsError("ListenerNotFoundException");
        if (this.rules.some(({ priority }) => priority === Priority))
          throw awsError("PriorityInUseException");
        const rule = {
          arn: `arn:rule:${this.rules.length + 1}`,
          priority: Priority as number,
          paths: pathsIn(Conditions),
          groups: groupsIn(Actions),
        };
        this.rules.push(rule);
        return { Rules: [described(rule)] };
      },
      ModifyRule: ({ RuleArn, Conditions, Actions }) => {
        const rule = this.require(RuleArn as string);
        if (Conditions !== undefined) rule.paths = pathsIn(Conditions);
        if (Actions !== undefined) rule.groups = groupsIn(Actions);
        return { Rules: [described(rule)] };
      },
      SetRulePriorities: ({ RulePriorities }) => {
        for (const each of RulePriorities as { RuleArn: string; Priority: number }[])
          this.require(each.RuleArn).priority = each.Priority;
        return {};
      },
      DeleteRule: ({ RuleArn }) => {
        this.rules.splice(this.rules.indexOf(this.require(RuleArn as string)), 1);
        return {};
      },
      ListServices: () => ({ serviceArns: Object.values(this.services).filter(Boolean) }),
      DescribeServices: ({ services }) => ({
        services: (services as string[]).map((serviceName) => ({
          serviceName,
          status: "ACTIVE",
          desiredCount: this.desiredCount,
          loadBalancers: Object.entries(this.services)
            .filter(([, name]) => name === serviceName)
            .map(([targetGroupArn]) => ({ targetGroupArn })),
        })),
      }),
      DescribeScalableTargets: () => ({ ScalableTargets: [] }),
      UpdateService: ({ desiredCount }) => {
        this.desiredCount = desiredCount as number;
        return {};
      },
      ListTasks: ({ serviceName }) => ({ taskArns: [`arn:task/${String(serviceName)}/1`] }),
      DescribeTasks: ({ tasks }) => ({
        tasks: (tasks as string[]).map((taskArn) => ({
          taskArn,
          lastStatus: "RUNNING",
          containers: [...this.beside, this.container(taskArn.split("/").at(-2) ?? "")],
        })),
      }),
      DescribeTargetHealth: ({ TargetGroupArn }) => {
        const states = this.targets[TargetGroupArn as string];
        if (states === undefined) throw awsError("TargetGroupNotFoundException");
        return { TargetHealthDescriptions: states.map(health) };
      },
    };
  }

  /** One that has every target's address. */
  private container(serviceName: string): object {
    const name = serviceName.replace(/-(?:blue|green)$/, "");
    const networkInterfaces = Array.from({ length: 9 }, (_, index) => ({
      privateIpv4Address: `10.0.0.${index}`,
    }));
    return { name, image: this.image, imageDigest: "sha256:1", networkInterfaces };
  }

  private require(arn: string): Rule {
    const rule = this.rules.find((each) => each.arn === arn);
    if (rule === undefined) throw awsError("RuleNotFoundException");
    return rule;
  }
}

function described(rule: Rule): object {
  return {
    RuleArn: rule.arn,
    Priority: String(rule.priority),
    Conditions: [{ Field: "path-pattern", PathPatternConfig: { Values: rule.paths } }],
    Actions: [{ Type: "forward", ForwardConfig: { TargetGroups: rule.groups } }],
  };
}

function pathsIn(conditions: unknown): string[] {
  const [first] = conditions as { Field: string; PathPatternConfig: { Values: string[] } }[];
  return first?.Field === "path-pattern" ? first.PathPatternConfig.Values : [];
}

function groupsIn(actions: unknown): Rule["groups"] {
  const [first] = actions as { ForwardConfig: { TargetGroups: Rule["groups"] } }[];
  return first?.ForwardConfig.TargetGroups ?? [];
}

function health(state: string, index: number): object {
  const why = state === "healthy" ? {} : { Description: `${state} for a reason` };
  return { Target: { Id: `10.0.0.${index}`, Port: 8080 }, TargetHealth: { State: state, ...why } };
}
