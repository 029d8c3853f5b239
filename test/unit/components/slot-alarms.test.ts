import assert from "node:assert/strict";
import { SlotAlarms } from "../../../components/slot-alarms";
import { declare } from "../mocks";
import { known } from "./samples";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const dimensions = { LoadBalancer: "app/x/1", TargetGroup: "targetgroup/web-blue/2" };

const declared = () =>
  declare(
    () =>
      new SlotAlarms("web-blue", {
        prefix: "switchyard-stage",
        settings: {
          enabled: true,
          failedPercent: 3,
          latencySeconds: 1.5,
          missingData: "ignore",
          watch: [],
        },
        balancerSuffix: known("app/x/1"),
        targetGroupSuffix: known("targetgroup/web-blue/2"),
      }),
  );

describe("SlotAlarms", () => {
  it("names its alarms before they are made", async () => {
    const { made, graph } = await declared();
    const names = ["failed", "slow", "unhealthy"].map(
      (kind) => `switchyard-stage-web-blue-${kind}`,
    );
    assert.deepEqual(made.names, names);
    assert.deepEqual(
      graph.ofType(ALARM).map(({ inputs }) => inputs["name"]),
      names,
    );
    assert.equal(
      graph.outline,
      `
switchyard:service:SlotAlarms web-blue
  ${ALARM} web-blue-failed
  ${ALARM} web-blue-slow
  ${ALARM} web-blue-unhealthy`.trim(),
    );
  });

  it("asks for the share of the slot's own requests that failed, refused connections among them", async () => {
    const { inputs } = (await declared()).graph.get(ALARM, "web-blue-failed");
    const sum = (id: string, metricName: string): object => ({
      id,
      metric: { namespace: "AWS/ApplicationELB", metricName, period: 60, dimensions, stat: "Sum" },
    });
    assert.deepEqual(inputs["metricQueries"], [
      sum("failed", "HTTPCode_Target_5XX_Count"),
      sum("refused", "TargetConnectionErrorCount"),
      sum("requests", "RequestCount"),
      {
        id: "share",
        label: "requests that failed, percent",
        expression: "100 * (FILL(failed, 0) + FILL(refused, 0)) / requests",
        returnData: true,
      },
    ]);
    assert.deepEqual(
      [inputs["threshold"], inputs["comparisonOperator"]],
      [3, "GreaterThanThreshold"],
    );
    assert.equal(inputs["metricName"], undefined);
  });

  it("asks how long 99 of 100 answers took, and whether a target stays unhealthy", async () => {
    const { graph } = await declared();
    const slow = graph.get(ALARM, "web-blue-slow").inputs;
    const common = { namespace: "AWS/ApplicationELB", period: 60, dimensions };
    const rest = { comparisonOperator: "GreaterThanThreshold", treatMissingData: "ignore" };
    assert.deepEqual(slow, {
      ...common,
      ...rest,
      name: "switchyard-stage-web-blue-slow",
      alarmDescription: "1 of 100 answers of the slot took more than 1.5 s.",
      metricName: "TargetResponseTime",
      extendedStatistic: "p99",
      threshold: 1.5,
      evaluationPeriods: 1,
    });
    const unhealthy = graph.get(ALARM, "web-blue-unhealthy").inputs;
    assert.deepEqual(unhealthy, {
      ...common,
      ...rest,
      name: "switchyard-stage-web-blue-unhealthy",
      alarmDescription: "A target of the slot was unhealthy for 2 minutes.",
      metricName: "UnHealthyHostCount",
      statistic: "Minimum",
      threshold: 0,
      evaluationPeriods: 2,
    });
  });
});
