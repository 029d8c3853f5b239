import assert from "node:assert/strict";
import { type Slot, SLOTS } from "../../../release/slots";
import { arnOf } from "../mock-outputs";
import {
  COMPONENT,
  SLOT,
  SERVICE,
  GROUP,
  RULE,
  POLICY,
  LOGS,
  INGRESS,
  TASK,
  alarmsOf,
  LIVE,
  NEW,
  OLD,
  children,
  deliver,
  deliverWith,
  trafficIn,
  recorded,
} from "./delivery-sample";

describe("BlueGreenService", () => {
  it("declares nothing for an empty slot but where the load balancer finds it", async () => {
    const { graph } = await deliver(undefined, NEW);
    assert.equal(
      graph.outline,
      `
pulumi-nodejs:dynamic/switchyard:StandbyGuard sample
pulumi-nodejs:dynamic/switchyard:TrafficShift sample
switchyard:service:BlueGreenService web
  aws:cloudwatch/logGroup:LogGroup web
  switchyard:service:ServiceFirewall web
    aws:ec2/securityGroup:SecurityGroup web
    aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule web
    aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule web-8080
    aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule web-8080-probe
  switchyard:service:ServiceRoles web
    aws:iam/role:Role web-execution
    aws:iam/role:Role web-task
    aws:iam/rolePolicy:RolePolicy web-execution
  switchyard:service:SlotService web-blue
    aws:ecs/service:Service web-blue
    aws:ecs/taskDefinition:TaskDefinition web-blue
    pulumi-nodejs:dynamic/switchyard:SlotReady web-blue
  switchyard:service:SlotTargets web-blue
    aws:lb/listenerRule:ListenerRule web-blue-test
    aws:lb/targetGroup:TargetGroup web-blue
    switchyard:service:SlotAlarms web-blue
      aws:cloudwatch/metricAlarm:MetricAlarm web-blue-failed
      aws:cloudwatch/metricAlarm:MetricAlarm web-blue-slow
      aws:cloudwatch/metricAlarm:MetricAlarm web-blue-unhealthy
  switchyard:service:SlotTargets web-green
    aws:lb/listenerRule:ListenerRule web-green-test
    aws:lb/targetGroup:TargetGroup web-green
    switchyard:service:SlotAlarms web-green
      aws:cloudwatch/metricAlarm:MetricAlarm web-green-failed
      aws:cloudwatch/metricAlarm:MetricAlarm web-green-slow
      aws:cloudwatch/metricAlarm:MetricAlarm web-green-unhealthy`.trim(),
    );
  });

  it("declares the same resources in every delivery but for the slot that was empty", async () => {
    const { keys } = (await deliver(recorded("blue"), NEW)).graph;
    for (const live of SLOTS)
      for (const wanted of [OLD, LIVE, NEW])
        assert.deepEqual((await deliver(recorded(live), wanted)).graph.keys, keys);
    const one = (await deliver(undefined, NEW)).graph.keys;
    assert.deepEqual(
      keys.filter((key) => !one.includes(key)).sort(),
      [`${SLOT} web-green`, ...children("green")].sort(),
    );
  });

  it("logs with a retention", async () => {
    const { graph } = await deliverWith({ logRetentionDays: 7 }, undefined, NEW);
    assert.deepEqual(graph.get(LOGS, "web").inputs, { retentionInDays: 7 });
  });

  it("checks and drains both target groups as the settings say", async () => {
    const { graph } = await deliver(undefined, NEW);
    for (const slot of SLOTS)
      assert.deepEqual(graph.get(GROUP, `web-${slot}`).inputs, {
        vpcId: "vpc-id",
        targetType: "ip",
        protocol: "HTTP",
        port: 80,
        deregistrationDelay: 9,
        healthCheck: {
          path: "/readyz",
          interval: 5,
          timeout: 4,
          healthyThreshold: 2,
          unhealthyThreshold: 3,
          matcher: "200",
        },
      });
  });

  it("asks a new version's health path of its own slot only, not of the live one", async () => {
    const targets = NEW.targets && { ...NEW.targets, path: "/ready-v2" };
    assert.ok(targets);
    const { graph } = await deliver(recorded("blue"), { ...NEW, targets });
    const pathOf = (slot: Slot): unknown =>
      (graph.get(GROUP, `web-${slot}`).inputs["healthCheck"] as { path: string }).path;
    assert.equal(pathOf("blue"), "/readyz");
    assert.equal(pathOf("green"), "/ready-v2");
  });

  it("reaches either slot through the test listener, by a header", async () => {
    const { graph } = await deliver(undefined, NEW);
    const rule = (slot: Slot, priority: number): object => ({
      listenerArn: "arn:test-listener",
      priority,
      conditions: [
        { pathPattern: { values: ["/*"] } },
        { httpHeader: { httpHeaderName: "x-switchyard-slot", values: [slot] } },
      ],
      actions: [{ type: "forward", targetGroupArn: arnOf(GROUP, `web-${slot}`) }],
    });
    assert.deepEqual(graph.get(RULE, "web-blue-test").inputs, rule("blue", 47999));
    assert.deepEqual(graph.get(RULE, "web-green-test").inputs, rule("green", 48000));
  });

  it("has one owner of the traffic listener's rule", async () => {
    const { graph } = await deliver(recorded("blue"), NEW);
    assert.deepEqual(
      graph.ofType(RULE).map(({ inputs }) => inputs["listenerArn"]),
      ["arn:test-listener", "arn:test-listener"],
    );
    assert.deepEqual(trafficIn(graph), {
      service: "web",
      order: 0,
      listenerArn: "arn:listener",
      priority: 24000,
      paths: ["/*"],
      blueTargetGroupArn: arnOf(GROUP, "web-blue"),
      greenTargetGroupArn: arnOf(GROUP, "web-green"),
      live: "green",
      from: "blue",
      taskDefinitionArn: arnOf(TASK, "web-green"),
      clusterArn: "arn:cluster",
      serviceName: "web-green",
      readyTimeoutSeconds: 300,
      minimumHealthyTargets: 3,
      steps: [{ percent: 100, pauseSeconds: 0 }],
      bakeSeconds: 0,
      alarms: alarmsOf("green"),
      watch: [],
      image: NEW.image,
    });
  });

  it("runs each slot in the private subnets, at its own target group", async () => {
    const { graph } = await deliver(recorded("blue"), NEW);
    for (const slot of SLOTS) {
      const { inputs } = graph.get(SERVICE, `web-${slot}`);
      assert.deepEqual(inputs["networkConfiguration"], {
        subnets: ["subnet-a", "subnet-b"],
        securityGroups: ["web-id"],
        assignPublicIp: false,
      });
      assert.deepEqual(inputs["loadBalancers"], [
        {
          targetGroupArn: arnOf(GROUP, `web-${slot}`),
          containerName: "web",
          containerPort: 8080,
        },
      ]);
    }
  });

  it("lets ECS read the secrets of both slots and of what is to come, each once", async () => {
    const { graph } = await deliver(recorded("blue"), { ...NEW, secrets: OLD.secrets });
    const { inputs } = graph.get(POLICY, "web-execution");
    const { Statement } = JSON.parse(String(inputs["policy"])) as {
      Statement: { Sid: string; Resource: unknown }[];
    };
    const resources = Object.fromEntries(Statement.map(({ Sid, Resource }) => [Sid, Resource]));
    assert.deepEqual(resources, {
      RegistryToken: "*",
      Image: "arn:aws:ecr:us-east-1:111111111111:repository/switchyard/web",
      Logs: `${arnOf(LOGS, "web")}:*`,
      Secrets: ["arn:secret:a", "arn:secret:b"],
    });
  });

  it("registers what both slots hold", async () => {
    const { graph, slots } = await deliver(recorded("blue"), NEW);
    assert.deepEqual(graph.get(COMPONENT, "web").outputs, { slots });
  });

  it("lets both ports in while a revision replaces one that listens elsewhere", async () => {
    const { graph } = await deliver(recorded("blue"), { ...NEW, port: 9090 });
    assert.deepEqual(
      graph.ofType(INGRESS).map(({ name }) => name),
      ["web-8080", "web-8080-probe", "web-9090", "web-9090-probe"],
    );
    const portOf = (slot: Slot): unknown =>
      graph.get(SERVICE, `web-${slot}`).inputs["loadBalancers"];
    assert.match(JSON.stringify(portOf("blue")), /"containerPort":8080/);
    assert.match(JSON.stringify(portOf("green")), /"containerPort":9090/);
  });
});
