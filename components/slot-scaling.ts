import * as appautoscaling from "@pulumi/aws/appautoscaling";
import * as pulumi from "@pulumi/pulumi";
import type { ScalingSettings } from "../settings/types";

export interface SlotScalingArgs {
  /** Begins the policies' names. */
  readonly prefix: string;
  readonly settings: ScalingSettings;
  /** Tasks that the slot has at least. */
  readonly tasks: number;
  readonly clusterArn: pulumi.Input<string>;
  /** ECS service of the slot. */
  readonly serviceName: pulumi.Input<string>;
  /** Where its requests are counted, `app/NAME/ID/targetgroup/NAME/ID`; a worker has none. */
  readonly requestsOf?: pulumi.Input<string>;
  /** Of a slot that has no traffic: the ECS service that has it. */
  readonly follows?: pulumi.Input<string>;
}

const DIMENSION = "ecs:service:DesiredCount";
const NAMESPACE = "ecs";

/** Tasks are there within a minute, and one too many does no harm: out soon, in with patience. */
const COOLDOWN = { scaleOutCooldown: 60, scaleInCooldown: 300 };

/**
 * Lets a slot have as many tasks as its own CPU and requests ask for. A slot without traffic is kept instead:
 * nothing takes tasks from it, and it gets more as soon as the live slot has more than it has.
 *
 * The kind of blue/green for which AWS refuses requests as a target is CodeDeploy's, with one service and two target
 * groups. Here each slot is a service of its own, with one. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
 */
export class SlotScaling extends pulumi.ComponentResource {
  private readonly args: SlotScalingArgs;
  private readonly slotName: string;

  constructor(name: string, args: SlotScalingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:service:SlotScaling", name, {}, opts);
    this.args = args;
    this.slotName = name;
    const { settings, requestsOf, follows } = args;
    const target = this.createTarget();
    if (settings.cpuPercent !== undefined)
      this.createPolicy("cpu", target, {
        ...COOLDOWN,
        targetValue: settings.cpuPercent,
        predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
      });
    if (settings.requestsPerTarget !== undefined && requestsOf !== undefined)
      this.createPolicy("requests", target, {
        ...COOLDOWN,
        targetValue: settings.requestsPerTarget,
        predefinedMetricSpecification: {
          predefinedMetricType: "ALBRequestCountPerTarget",
          resourceLabel: requestsOf,
        },
      });
    if (follows !== undefined) this.createPolicy("follow", target, this.following(follows));
    this.registerOutputs();
  }

  private clusterName(): pulumi.Output<string> {
    return pulumi.output(this.args.clusterArn).apply((arn) => arn.split("/").at(-1) ?? arn);
  }

  private createTarget(): appautoscaling.Target {
    const { tasks, settings, serviceName, follows } = this.args;
    return new appautoscaling.Target(
      this.slotName,
      {
        serviceNamespace: NAMESPACE,
        scalableDimension: DIMENSION,
        resourceId: pulumi.interpolate`service/${this.clusterName()}/${serviceName}`,
        minCapacity: tasks,
        maxCapacity: settings.maxTasks,
        // An idle slot would be scaled in, and what has to go back to it would find too few tasks.
        suspendedState: {
          dynamicScalingInSuspended: follows !== undefined,
          dynamicScalingOutSuspended: false,
          scheduledScalingSuspended: false,
        },
      },
      { parent: this },
    );
  }

  private createPolicy(
    kind: string,
    target: appautoscaling.Target,
    config: appautoscaling.PolicyArgs["targetTrackingScalingPolicyConfiguration"],
  ): void {
    new appautoscaling.Policy(
      `${this.slotName}-${kind}`,
      {
        name: `${this.args.prefix}-${this.slotName}-${kind}`,
        serviceNamespace: target.serviceNamespace,
        scalableDimension: target.scalableDimension,
        resourceId: target.resourceId,
        policyType: "TargetTrackingScaling",
        targetTrackingScalingPolicyConfiguration: config,
      },
      { parent: this },
    );
  }

  /** Tracks the live slot's tasks, in percent of the slot's own: 100 is as many. Container Insights publishes both. */
  private following(
    live: pulumi.Input<string>,
  ): NonNullable<appautoscaling.PolicyArgs["targetTrackingScalingPolicyConfiguration"]> {
    const tasksOf = (id: string, serviceName: pulumi.Input<string>) => ({
      id,
      metricStat: {
        metric: {
          namespace: "ECS/ContainerInsights",
          metricName: "DesiredTaskCount",
          dimensions: [
            { name: "ClusterName", value: this.clusterName() },
            { name: "ServiceName", value: serviceName },
          ],
        },
        stat: "Average",
      },
      returnData: false,
    });
    return {
      scaleOutCooldown: COOLDOWN.scaleOutCooldown,
      scaleInCooldown: COOLDOWN.scaleInCooldown,
      disableScaleIn: true,
      targetValue: 100,
      customizedMetricSpecification: {
        metrics: [
          tasksOf("live", live),
          tasksOf("own", this.args.serviceName),
          {
            id: "share",
            label: "tasks of the live slot, in percent of the slot's own",
            expression: "100 * live / own",
            returnData: true,
          },
        ],
      },
    };
  }
}
