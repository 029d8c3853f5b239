import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import type { AlarmSettings } from "../settings/types";

export interface SlotAlarmsArgs {
  /** Begins the alarms' names, which must be unique in an account and region. */
  readonly prefix: string;
  readonly settings: AlarmSettings;
  /** `app/NAME/ID`, https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html */
  readonly balancerSuffix: pulumi.Input<string>;
  /** `targetgroup/NAME/ID` */
  readonly targetGroupSuffix: pulumi.Input<string>;
}

const NAMESPACE = "AWS/ApplicationELB";

/** How often a load balancer publishes; a shorter period would see no data at all. */
const PERIOD_SECONDS = 60;

/** A target that starts is unhealthy for a while; one that stays so for this many minutes is not starting. */
const UNHEALTHY_MINUTES = 2;

/**
 * Alarms on the requests and the targets of one slot alone: the share of requests that failed, how long
 * answers take, targets that stay unhealthy. One slot's never fire for what the other one does.
 */
export class SlotAlarms extends pulumi.ComponentResource {
  /** Names of the alarms that turn back a version in this slot. */
  readonly names: readonly string[];
  private readonly args: SlotAlarmsArgs;

  constructor(name: string, args: SlotAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:service:SlotAlarms", name, {}, opts);
    this.args = args;
    const { failedPercent, latencySeconds } = args.settings;
    this.names = [
      this.create(name, "failed", {
        alarmDescription: `More than ${failedPercent} % of a minute's requests to the slot failed.`,
        comparisonOperator: "GreaterThanThreshold",
        threshold: failedPercent,
        evaluationPeriods: 1,
        metricQueries: this.failedShare(),
      }),
      this.create(name, "slow", {
        alarmDescription: `1 of 100 answers of the slot took more than ${latencySeconds} s.`,
        comparisonOperator: "GreaterThanThreshold",
        threshold: latencySeconds,
        evaluationPeriods: 1,
        ...this.metric("TargetResponseTime"),
        extendedStatistic: "p99",
      }),
      this.create(name, "unhealthy", {
        alarmDescription: `A target of the slot was unhealthy for ${UNHEALTHY_MINUTES} minutes.`,
        comparisonOperator: "GreaterThanThreshold",
        threshold: 0,
        evaluationPeriods: UNHEALTHY_MINUTES,
        ...this.metric("UnHealthyHostCount"),
        statistic: "Minimum",
      }),
    ];
    this.registerOutputs({ names: this.names });
  }

  private create(
    name: string,
    kind: string,
    inputs: Omit<cloudwatch.MetricAlarmArgs, "name" | "treatMissingData">,
  ): string {
    const alarmName = `${this.args.prefix}-${name}-${kind}`;
    new cloudwatch.MetricAlarm(
      `${name}-${kind}`,
      { ...inputs, name: alarmName, treatMissingData: this.args.settings.missingData },
      { parent: this },
    );
    return alarmName;
  }

  private metric(metricName: string) {
    const { balancerSuffix, targetGroupSuffix } = this.args;
    return {
      namespace: NAMESPACE,
      metricName,
      period: PERIOD_SECONDS,
      dimensions: { LoadBalancer: balancerSuffix, TargetGroup: targetGroupSuffix },
    };
  }

  /** Answers of 500 and above, and connections that a target refused, of all requests. */
  private failedShare(): NonNullable<cloudwatch.MetricAlarmArgs["metricQueries"]> {
    const sum = (id: string, metricName: string) => ({
      id,
      metric: { ...this.metric(metricName), stat: "Sum" },
    });
    return [
      sum("failed", "HTTPCode_Target_5XX_Count"),
      sum("refused", "TargetConnectionErrorCount"),
      sum("requests", "RequestCount"),
      {
        id: "share",
        label: "requests that failed, percent",
        expression: "100 * (FILL(failed, 0) + FILL(refused, 0)) / requests",
        returnData: true,
      },
    ];
  }
}
