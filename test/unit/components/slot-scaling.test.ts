import assert from "node:assert/strict";
import { SlotScaling, type SlotScalingArgs } from "../../../components/slot-scaling";
import { declare } from "../mocks";
import { known } from "./samples";

const TARGET = "aws:appautoscaling/target:Target";
const POLICY = "aws:appautoscaling/policy:Policy";
const IDENTITY = {
  serviceNamespace: "ecs",
  scalableDimension: "ecs:service:DesiredCount",
  resourceId: "service/shop/web-green-1a2b3c",
};

const declared = async (changes: Partial<SlotScalingArgs> = {}) => {
  const args: SlotScalingArgs = {
    prefix: "switchyard-stage",
    settings: { maxTasks: 9, cpuPercent: 60, requestsPerTarget: 900 },
    tasks: 3,
    clusterArn: "arn:aws:ecs:us-east-1:111111111111:cluster/shop",
    serviceName: known("web-green-1a2b3c"),
    requestsOf: known("app/x/1/targetgroup/web-green/2"),
    ...changes,
  };
  return (await declare(() => new SlotScaling("web-green", args))).graph;
};
const policy = (kind: string, config: object): object => ({
  ...IDENTITY,
  name: `switchyard-stage-web-green-${kind}`,
  policyType: "TargetTrackingScaling",
  targetTrackingScalingPolicyConfiguration: config,
});

describe("SlotScaling", () => {
  it("lets the slot have from as many tasks as the settings ask to as many as they allow", async () => {
    const graph = await declared();
    assert.deepEqual(graph.get(TARGET, "web-green").inputs, {
      ...IDENTITY,
      minCapacity: 3,
      maxCapacity: 9,
      suspendedState: {
        dynamicScalingInSuspended: false,
        dynamicScalingOutSuspended: false,
        scheduledScalingSuspended: false,
      },
    });
    assert.equal(
      graph.outline,
      `
switchyard:service:SlotScaling web-green
  ${POLICY} web-green-cpu
  ${POLICY} web-green-requests
  ${TARGET} web-green`.trim(),
    );
  });

  it("tracks the CPU and the requests of this slot alone, out soon and in with patience", async () => {
    const graph = await declared();
    const cooldown = { scaleOutCooldown: 60, scaleInCooldown: 300 };
    assert.deepEqual(
      graph.get(POLICY, "web-green-cpu").inputs,
      policy("cpu", {
        ...cooldown,
        targetValue: 60,
        predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
      }),
    );
    assert.deepEqual(
      graph.get(POLICY, "web-green-requests").inputs,
      policy("requests", {
        ...cooldown,
        targetValue: 900,
        predefinedMetricSpecification: {
          predefinedMetricType: "ALBRequestCountPerTarget",
          resourceLabel: "app/x/1/targetgroup/web-green/2",
        },
      }),
    );
  });

  it("has policies for what the settings give a target for, and for nothing else", async () => {
    const kinds = async (settings: SlotScalingArgs["settings"]): Promise<string[]> =>
      (await declared({ settings })).ofType(POLICY).map(({ name }) => name);
    assert.deepEqual(await kinds({ maxTasks: 9, cpuPercent: 60 }), ["web-green-cpu"]);
    assert.deepEqual(await kinds({ maxTasks: 9, requestsPerTarget: 1 }), ["web-green-requests"]);
  });

  it("takes nothing from a slot without traffic, and gives it as many tasks as the live one has", async () => {
    const graph = await declared({ follows: known("web-blue-4d5e6f") });
    const { inputs } = graph.get(TARGET, "web-green");
    assert.deepEqual(inputs["suspendedState"], {
      dynamicScalingInSuspended: true,
      dynamicScalingOutSuspended: false,
      scheduledScalingSuspended: false,
    });
    const tasksOf = (id: string, ServiceName: string): object => ({
      id,
      metricStat: {
        metric: {
          namespace: "ECS/ContainerInsights",
          metricName: "DesiredTaskCount",
          dimensions: [
            { name: "ClusterName", value: "shop" },
            { name: "ServiceName", value: ServiceName },
          ],
        },
        stat: "Average",
      },
      returnData: false,
    });
    assert.deepEqual(
      graph.get(POLICY, "web-green-follow").inputs,
      policy("follow", {
        scaleOutCooldown: 60,
        scaleInCooldown: 300,
        disableScaleIn: true,
        targetValue: 100,
        customizedMetricSpecification: {
          metrics: [
            tasksOf("live", "web-blue-4d5e6f"),
            tasksOf("own", "web-green-1a2b3c"),
            {
              id: "share",
              label: "tasks of the live slot, in percent of the slot's own",
              expression: "100 * live / own",
              returnData: true,
            },
          ],
        },
      }),
    );
  });
});
