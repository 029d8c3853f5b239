import assert from "node:assert/strict";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListClustersCommand,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import {
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { DescribeLogGroupsCommand, CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Account } from "../../demo/stacks";

export interface RunningTask {
  readonly arn: string;
  readonly family: string;
  readonly taskDefinition: string;
  readonly cluster: string;
  /** Empty where a service has started it. */
  readonly startedBy: string;
}

/** Settings of an AWS client that speaks to this account, whatever the process's own environment says. */
export function clientConfigOf({ env }: Account) {
  return {
    endpoint: env["AWS_ENDPOINT_URL"] ?? "",
    region: env["AWS_REGION"] ?? "",
    credentials: {
      accessKeyId: env["AWS_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: env["AWS_SECRET_ACCESS_KEY"] ?? "",
    },
  };
}

/** What an account really has, asked of AWS itself and not of the program. */
export class Aws {
  private readonly ecs: ECSClient;
  private readonly elb: ElasticLoadBalancingV2Client;
  private readonly config: ReturnType<typeof clientConfigOf>;

  constructor(account: Account) {
    this.config = clientConfigOf(account);
    this.ecs = new ECSClient(this.config);
    this.elb = new ElasticLoadBalancingV2Client(this.config);
  }

  async clusters(): Promise<string[]> {
    return (await this.ecs.send(new ListClustersCommand({}))).clusterArns ?? [];
  }

  /** Tasks that run now, oldest name first. */
  async tasks(): Promise<RunningTask[]> {
    const found: RunningTask[] = [];
    for (const cluster of await this.clusters()) {
      const { taskArns } = await this.ecs.send(
        new ListTasksCommand({ cluster, desiredStatus: "RUNNING" }),
      );
      if (!taskArns?.length) continue;
      const { tasks } = await this.ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
      for (const { taskArn = "", taskDefinitionArn = "", startedBy = "" } of tasks ?? [])
        found.push({
          arn: taskArn,
          cluster,
          startedBy,
          family: taskDefinitionArn.split("/").at(-1)?.split(":")[0] ?? "",
          taskDefinition: taskDefinitionArn,
        });
    }
    return found.sort((a, b) => (a.arn < b.arn ? -1 : 1));
  }

  /** Stops the one-off tasks that run now, as a hand would. @returns how many there were */
  async stopOneOffTasks(): Promise<number> {
    let stopped = 0;
    for (const { arn: task, cluster, startedBy } of await this.tasks()) {
      if (!startedBy.startsWith("switchyard-")) continue;
      await this.ecs.send(new StopTaskCommand({ cluster, task, reason: "by hand" }));
      stopped++;
    }
    return stopped;
  }

  /** Tasks that ECS is asked for, by `SERVICE-SLOT`, in the order of their names. */
  async desiredTasks(): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    for (const cluster of await this.clusters()) {
      const { serviceArns: services } = await this.ecs.send(new ListServicesCommand({ cluster }));
      if (!services?.length) continue;
      const answer = await this.ecs.send(new DescribeServicesCommand({ cluster, services }));
      for (const { serviceName = "", desiredCount = 0 } of answer.services ?? [])
        found.set(/^.+?-(?:blue|green)/.exec(serviceName)?.[0] ?? serviceName, desiredCount);
    }
    return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Image of each task that runs, by service and slot: `web-blue`. */
  async imagesBySlot(): Promise<Map<string, string[]>> {
    const images = new Map<string, string[]>();
    for (const { taskDefinition } of await this.tasks()) {
      const { taskDefinition: found } = await this.ecs.send(
        new DescribeTaskDefinitionCommand({ taskDefinition }),
      );
      const slot = found?.family?.split("-").slice(-2).join("-") ?? "";
      const image = found?.containerDefinitions?.[0]?.image ?? "";
      images.set(slot, [...(images.get(slot) ?? []), image]);
    }
    return images;
  }

  async taskDefinitions(): Promise<string[]> {
    return (
      (await this.ecs.send(new ListTaskDefinitionsCommand({ status: "ACTIVE" })))
        .taskDefinitionArns ?? []
    );
  }

  /** Weight of each slot, by service. */
  async weights(): Promise<Map<string, Record<string, number>>> {
    const weights = new Map<string, Record<string, number>>();
    for (const { service, groups } of await this.shifts())
      weights.set(
        service,
        Object.fromEntries(groups.map(({ slot, Weight = 0 }) => [slot, Weight])),
      );
    return weights;
  }

  /** ARN of the rule that carries a service's traffic. */
  async ruleOf(service: string): Promise<string> {
    return (await this.shifts()).find((each) => each.service === service)?.RuleArn ?? "";
  }

  /** Adds a target group without targets to a service's rule, with no share of its traffic. @returns its name */
  async addThirdTargetGroup(service: string): Promise<string> {
    const { TargetGroups: known = [] } = await this.elb.send(new DescribeTargetGroupsCommand({}));
    const Name = `third-of-${service}`;
    const { TargetGroups: [made] = [] } = await this.elb.send(
      new CreateTargetGroupCommand({
        Name,
        Protocol: "HTTP",
        Port: 80,
        TargetType: "ip",
        VpcId: known[0]?.VpcId,
      }),
    );
    const rule = (await this.shifts()).find((each) => each.service === service);
    assert.ok(rule && made);
    const groups = rule.groups.map(({ TargetGroupArn, Weight }) => ({ TargetGroupArn, Weight }));
    const TargetGroups = [...groups, { TargetGroupArn: made.TargetGroupArn, Weight: 0 }];
    await this.elb.send(
      new ModifyRuleCommand({
        RuleArn: rule.RuleArn,
        Actions: [{ Type: "forward", ForwardConfig: { TargetGroups } }],
      }),
    );
    return Name;
  }

  async removeTargetGroup(name: string): Promise<void> {
    const { TargetGroups: [group] = [] } = await this.elb.send(
      new DescribeTargetGroupsCommand({ Names: [name] }),
    );
    await this.elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: group?.TargetGroupArn }));
  }

  /** Rules that forward to the two slots of a service. */
  private async shifts() {
    const { TargetGroups = [] } = await this.elb.send(new DescribeTargetGroupsCommand({}));
    const partsOf = new Map(
      TargetGroups.map(({ TargetGroupArn, TargetGroupName = "" }) => {
        const [, service = "", slot = ""] = /^(.+)-(blue|green)-/.exec(TargetGroupName) ?? [];
        return [TargetGroupArn, { service, slot }];
      }),
    );
    return (await this.rules()).flatMap(({ RuleArn, Actions }) => {
      const groups = (Actions?.[0]?.ForwardConfig?.TargetGroups ?? []).map((group) => ({
        ...group,
        slot: partsOf.get(group.TargetGroupArn)?.slot ?? "",
      }));
      const service = partsOf.get(groups[0]?.TargetGroupArn)?.service ?? "";
      return groups.length === 2 ? [{ RuleArn, service, groups }] : [];
    });
  }

  private async rules() {
    const { LoadBalancers = [] } = await this.elb.send(new DescribeLoadBalancersCommand({}));
    const all = [];
    for (const { LoadBalancerArn } of LoadBalancers) {
      const { Listeners = [] } = await this.elb.send(
        new DescribeListenersCommand({ LoadBalancerArn }),
      );
      for (const { ListenerArn } of Listeners)
        all.push(...((await this.elb.send(new DescribeRulesCommand({ ListenerArn }))).Rules ?? []));
    }
    return all;
  }

  /** What someone in the console might do. */
  async setWeights(service: string, weights: Readonly<Record<string, number>>): Promise<void> {
    const shift = (await this.shifts()).find((each) => each.service === service);
    const TargetGroups = shift?.groups.map(({ TargetGroupArn, slot }) => ({
      TargetGroupArn,
      Weight: weights[slot],
    }));
    await this.elb.send(
      new ModifyRuleCommand({
        RuleArn: shift?.RuleArn,
        Actions: [{ Type: "forward", ForwardConfig: { TargetGroups } }],
      }),
    );
  }

  async services(): Promise<string[]> {
    const names: string[] = [];
    for (const cluster of await this.clusters()) {
      const { serviceArns } = await this.ecs.send(new ListServicesCommand({ cluster }));
      if (!serviceArns?.length) continue;
      const answer = await this.ecs.send(
        new DescribeServicesCommand({ cluster, services: serviceArns }),
      );
      for (const service of answer.services ?? [])
        if (service.status === "ACTIVE") names.push(service.serviceName ?? "");
    }
    return names;
  }

  /** What a policy, or someone in the console, might do; `slot` is a service and its slot, `web-blue`. */
  async scale(slot: string, desiredCount: number): Promise<void> {
    const [cluster] = await this.clusters();
    const service = (await this.services()).find((name) => name.startsWith(`${slot}-`));
    await this.ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount }));
  }

  /** Everything of the kinds that the program makes. */
  async everything(): Promise<Record<string, string[]>> {
    const { LoadBalancers = [] } = await this.elb.send(new DescribeLoadBalancersCommand({}));
    const { TargetGroups = [] } = await this.elb.send(new DescribeTargetGroupsCommand({}));
    const { repositories = [] } = await new ECRClient(this.config).send(
      new DescribeRepositoriesCommand({}),
    );
    const { logGroups = [] } = await new CloudWatchLogsClient(this.config).send(
      new DescribeLogGroupsCommand({}),
    );
    const { SecretList = [] } = await new SecretsManagerClient(this.config).send(
      new ListSecretsCommand({}),
    );
    const { MetricAlarms = [] } = await new CloudWatchClient(this.config).send(
      new DescribeAlarmsCommand({}),
    );
    return {
      clusters: await this.clusters(),
      services: await this.services(),
      tasks: (await this.tasks()).map((task) => task.arn),
      taskDefinitions: await this.taskDefinitions(),
      loadBalancers: LoadBalancers.map((each) => each.LoadBalancerName ?? ""),
      targetGroups: TargetGroups.map((each) => each.TargetGroupName ?? ""),
      repositories: repositories.map((each) => each.repositoryName ?? ""),
      logGroups: logGroups.map((each) => each.logGroupName ?? ""),
      secrets: SecretList.map((each) => each.Name ?? ""),
      alarms: MetricAlarms.map((each) => each.AlarmName ?? ""),
    };
  }
}
