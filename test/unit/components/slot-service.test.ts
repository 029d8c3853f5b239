import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { SlotService, type SlotServiceArgs } from "../../../components/slot-service";
import { containerDefinitions } from "../../../components/task-definition";
import type { Graph } from "../graph";
import { arnOf } from "../mock-outputs";
import { declare } from "../mocks";
import { PLACE, revision, webSettings } from "./samples";

const TASK = "aws:ecs/taskDefinition:TaskDefinition";
const SERVICE = "aws:ecs/service:Service";
const READY = "pulumi-nodejs:dynamic/switchyard:SlotReady";
const COMPONENT = "switchyard:service:SlotService";

async function slot(changes: Partial<SlotServiceArgs> = {}): Promise<Graph> {
  const args: SlotServiceArgs = {
    place: PLACE,
    service: "web",
    slot: "green",
    revision: pulumi.output(revision("a")),
    settings: webSettings({
      tasks: 3,
      readyTimeoutSeconds: 120,
      "healthCheck.intervalSeconds": 7,
      "healthCheck.unhealthyThreshold": 3,
    }),
    isLive: true,
    clusterArn: "arn:cluster",
    subnetIds: ["subnet-a", "subnet-b"],
    securityGroupId: "group-id",
    targetGroupArn: "arn:target-group",
    logGroup: "web-logs",
    executionRoleArn: "arn:execution",
    taskRoleArn: "arn:task",
    ...changes,
  };
  return (await declare(() => new SlotService("web-green", args))).graph;
}

describe("SlotService", () => {
  it("is a task definition, a service that runs it and the proof that it is healthy", async () => {
    const graph = await slot();
    assert.equal(
      graph.outline,
      `
switchyard:service:SlotService web-green
  aws:ecs/service:Service web-green
  aws:ecs/taskDefinition:TaskDefinition web-green
  pulumi-nodejs:dynamic/switchyard:SlotReady web-green`.trim(),
    );
    assert.deepEqual(graph.get(COMPONENT, "web-green").outputs, {
      taskDefinitionArn: arnOf(TASK, "web-green"),
      serviceName: "web-green",
    });
    assert.ok(graph.waitsFor(graph.get(READY, "web-green")).has(`${SERVICE} web-green`));
  });

  it("makes the task definition from the revision alone", async () => {
    const graph = await slot({ revision: revision("a", { cpu: 1024, memoryMiB: 2048 }) });
    const place = { slot: "green", logGroup: "web-logs", region: "us-east-1" } as const;
    assert.deepEqual(graph.get(TASK, "web-green").inputs, {
      family: "switchyard-stage-web-green",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "1024",
      memory: "2048",
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
      executionRoleArn: "arn:execution",
      taskRoleArn: "arn:task",
      volumes: [{ name: "tmp" }],
      containerDefinitions: containerDefinitions(revision("a"), place),
    });
  });

  it("gives up a version that fails, and never rolls back behind the program's back", async () => {
    const graph = await slot();
    assert.deepEqual(graph.get(SERVICE, "web-green").inputs, {
      cluster: "arn:cluster",
      taskDefinition: arnOf(TASK, "web-green"),
      desiredCount: 3,
      launchType: "FARGATE",
      platformVersion: "1.4.0",
      networkConfiguration: {
        subnets: ["subnet-a", "subnet-b"],
        securityGroups: ["group-id"],
        assignPublicIp: false,
      },
      loadBalancers: [
        { targetGroupArn: "arn:target-group", containerName: "web", containerPort: 8080 },
      ],
      healthCheckGracePeriodSeconds: 120,
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: false },
      propagateTags: "SERVICE",
      waitForSteadyState: false,
    });
  });

  it("registers the port of its own revision, whatever the settings have become", async () => {
    const graph = await slot({ settings: webSettings({ port: 9090 }) });
    assert.deepEqual(graph.get(SERVICE, "web-green").inputs["loadBalancers"], [
      { targetGroupArn: "arn:target-group", containerName: "web", containerPort: 8080 },
    ]);
  });

  it("proves this task definition in this service, within the time that the settings give", async () => {
    const graph = await slot();
    assert.deepEqual(graph.get(READY, "web-green").inputs, {
      region: "us-east-1",
      service: "web",
      slot: "green",
      clusterArn: "arn:cluster",
      serviceName: "web-green",
      taskDefinitionArn: arnOf(TASK, "web-green"),
      targetGroupArn: "arn:target-group",
      containerName: "web",
      logGroup: "web-logs",
      logStreamPrefix: "web-green",
      tasks: 3,
      drainSeconds: 5,
      timeoutSeconds: 120,
    });
  });

  it("asks for no tasks of a cold slot without traffic, and for all of any other", async () => {
    const tasks = async (standby: string, isLive: boolean): Promise<unknown[]> => {
      const settings = webSettings({ tasks: 3, "delivery.standby": standby });
      const graph = await slot({ settings, isLive });
      return [
        graph.get(READY, "web-green").inputs["tasks"],
        graph.get(SERVICE, "web-green").inputs["desiredCount"],
      ];
    };
    assert.deepEqual(await tasks("cold", false), [0, 0]);
    assert.deepEqual(await tasks("cold", true), [3, 3]);
    assert.deepEqual(await tasks("warm", false), [3, 3]);
  });

  it("fails where the image of a revision is not named by its digest", async () => {
    await assert.rejects(slot({ revision: revision("a", { image: "web:latest" }) }), /by digest/);
  });
});
