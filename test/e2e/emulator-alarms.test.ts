import {
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  type MetricAlarm,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import { CreateRepositoryCommand } from "@aws-sdk/client-ecr";
import assert from "node:assert/strict";
import {
  ACCOUNT,
  REGION,
  createService,
  register,
  registryPassword,
  rollout,
  until,
} from "./emulator/account";
import { createLoadBalancer, type LoadBalancer } from "./emulator/load-balancer";
import { pushTarget } from "./emulator/target-image";
import { createWorld, python, type World } from "./emulator/world";

const HOST = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
/** A minute of CloudWatch's lasts this long. */
const MINUTE_SECONDS = 1.2;

describe("alarms on the AWS emulator", function () {
  this.timeout(60_000);
  const open: (() => unknown)[] = [];
  let world: World;
  let balancer: LoadBalancer;

  before(async function () {
    if (python === undefined) this.skip();
    world = await createWorld("emulator-alarms", MINUTE_SECONDS / 60);
    open.push(() => world.close());
    await world.account.ecr.send(new CreateRepositoryCommand({ repositoryName: "app" }));
    balancer = await createLoadBalancer(world.account, world.emulator.port);
    open.push(() => {
      balancer.close();
    });
    const password = await registryPassword(world.account);
    const digest = await pushTarget(world.emulator.registryEndpoint, password, "app");
    for (const slot of ["blue", "green"] as const) {
      const revision = await register(world.account, slot, `${HOST}/app@${digest}`, {});
      await createService(world.account, slot, revision, balancer[slot]);
    }
    for (const slot of ["blue", "green"]) await rollout(world.account, slot);
  });

  after(async () => {
    for (const close of open.reverse()) await close();
  });

  const put = (alarm: Partial<PutMetricAlarmCommandInput>, name: string): Promise<unknown> =>
    world.account.cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: name,
        ComparisonOperator: "GreaterThanThreshold",
        EvaluationPeriods: 1,
        Threshold: 0,
        ...alarm,
      }),
    );

  const describeAlarm = async (name: string): Promise<MetricAlarm> => {
    const command = new DescribeAlarmsCommand({ AlarmNames: [name] });
    const { MetricAlarms = [] } = await world.account.cloudwatch.send(command);
    assert.ok(MetricAlarms[0], name);
    return MetricAlarms[0];
  };

  const turnsTo = (name: string, state: string): Promise<MetricAlarm> =>
    until(15, async () => {
      const alarm = await describeAlarm(name);
      return alarm.StateValue === state ? alarm : undefined;
    });

  const dimensionsOf = (slot: "blue" | "green") => [
    { Name: "LoadBalancer", Value: balancer.arn.split(":loadbalancer/")[1] },
    { Name: "TargetGroup", Value: balancer[slot].split(":").at(-1) },
  ];

  const failedShare = (slot: "blue" | "green"): Partial<PutMetricAlarmCommandInput> => {
    const query = (Id: string, MetricName: string) => ({
      Id,
      ReturnData: false,
      MetricStat: {
        Metric: { Namespace: "AWS/ApplicationELB", MetricName, Dimensions: dimensionsOf(slot) },
        Period: 60,
        Stat: "Sum",
      },
    });
    return {
      Metrics: [
        query("failed", "HTTPCode_Target_5XX_Count"),
        query("requests", "RequestCount"),
        { Id: "share", Expression: "100 * FILL(failed, 0) / requests", ReturnData: true },
      ],
      Threshold: 10,
      TreatMissingData: "notBreaching",
    };
  };

  const send = async (count: number, path: string): Promise<void> => {
    await Promise.all(Array.from({ length: count }, () => balancer.request(path)));
  };

  it("are turned by the traffic of their own target group, and turn back", async () => {
    for (const slot of ["blue", "green"] as const) await put(failedShare(slot), `${slot}-failed`);
    await balancer.shift(0, 100);
    await send(20, "/");
    await turnsTo("green-failed", "OK");
    await send(10, "/");
    await send(10, "/fail");
    const fired = await turnsTo("green-failed", "ALARM");
    assert.match(
      fired.StateReason ?? "",
      /^Threshold Crossed: .* greater than the threshold \(10\)/,
    );
    assert.notEqual((await describeAlarm("blue-failed")).StateValue, "ALARM");
    await turnsTo("green-failed", "OK");
    await balancer.shift(100, 0);
  });

  it("see how long answers take, and how many targets are healthy", async () => {
    const statistic = async (MetricName: string, kind: object): Promise<number | undefined> => {
      const { Datapoints = [] } = await world.account.cloudwatch.send(
        new GetMetricStatisticsCommand({
          Namespace: "AWS/ApplicationELB",
          MetricName,
          Dimensions: dimensionsOf("blue"),
          StartTime: new Date(Date.now() - 60_000),
          EndTime: new Date(),
          Period: 1,
          ...kind,
        }),
      );
      const time = (point: (typeof Datapoints)[number]): number => Number(point.Timestamp);
      const point = Datapoints.sort((a, b) => time(a) - time(b)).at(-1);
      return point && (point.Maximum ?? point.ExtendedStatistics?.["p99"]);
    };
    await send(1, "/slow");
    const seconds = await until(15, () =>
      statistic("TargetResponseTime", { ExtendedStatistics: ["p99"] }),
    );
    assert.ok(seconds >= 2 && seconds < 4, `${seconds} s`);
    assert.equal(await statistic("HealthyHostCount", { Statistics: ["Maximum"] }), 1);
    assert.equal(await statistic("UnHealthyHostCount", { Statistics: ["Maximum"] }), 0);
  });

  it("need M out of N data points, and count missing ones as they are told", async () => {
    const of = (MetricName: string, more: object): Partial<PutMetricAlarmCommandInput> => ({
      Namespace: "Test",
      MetricName,
      Statistic: "Maximum",
      Period: 60,
      ...more,
    });
    await put(of("two-of-three", { EvaluationPeriods: 3, DatapointsToAlarm: 2 }), "two");
    await put(of("one-of-three", { EvaluationPeriods: 3, DatapointsToAlarm: 2 }), "one");
    await put(of("none", { TreatMissingData: "breaching" }), "breaching");
    await put(of("none", { TreatMissingData: "notBreaching" }), "not-breaching");
    await put(of("none", { TreatMissingData: "missing" }), "missing");
    const publish = (MetricName: string, values: readonly number[]): Promise<unknown> =>
      world.account.cloudwatch.send(
        new PutMetricDataCommand({
          Namespace: "Test",
          MetricData: values.map((Value, index) => ({
            MetricName,
            Value,
            Timestamp: new Date(Date.now() - (values.length - index) * MINUTE_SECONDS * 1000),
          })),
        }),
      );
    await publish("two-of-three", [1, 0, 1]);
    await publish("one-of-three", [0, 0, 1]);
    await turnsTo("two", "ALARM");
    assert.equal((await describeAlarm("one")).StateValue, "OK");
    await turnsTo("breaching", "ALARM");
    await turnsTo("not-breaching", "OK");
    assert.equal((await describeAlarm("missing")).StateValue, "INSUFFICIENT_DATA");
  });

  it("are described as they were put", async () => {
    await put({ ...failedShare("blue"), EvaluationPeriods: 3, DatapointsToAlarm: 2 }, "whole");
    const { Metrics = [], Namespace, ...alarm } = await describeAlarm("whole");
    assert.equal(Namespace, undefined, "an alarm on metric math names no metric of its own");
    assert.deepEqual(Metrics, failedShare("blue").Metrics);
    assert.equal(alarm.EvaluationPeriods, 3);
    assert.equal(alarm.DatapointsToAlarm, 2);
    assert.equal(alarm.TreatMissingData, "notBreaching");
  });
});
