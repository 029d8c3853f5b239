import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { BlueGreenWorker, type BlueGreenWorkerArgs } from "../../../components/blue-green-worker";
import { deliverTogether } from "../../../components/deliver-together";
import { pick } from "../../../release/map-values";
import type { Revision } from "../../../release/revision";
import { revisionKey } from "../../../release/revision-key";
import type { SlotState } from "../../../release/slots";
import type { WorkerSettings } from "../../../settings/types";
import type { Graph } from "../graph";
import { arnOf } from "../mock-outputs";
import { declare, valueOf } from "../mocks";
import { GUARD, SERVICE, SHIFT, STACK, TASK } from "./delivery-sample";
import { desiredOf, PLACE, revision } from "./samples";

const SCALING = "switchyard:service:SlotScaling";
const SMOKE = "pulumi-nodejs:dynamic/switchyard:OneOffTask";

const SETTINGS: WorkerSettings = {
  image: { context: "app/dist/jobs", dockerfile: "app/Dockerfile" },
  worker: { overlap: true },
  cpu: 256,
  memoryMiB: 512,
  tasks: 3,
  environment: {},
  secrets: {},
  healthCheck: { command: ["CMD", "check"] },
  stopTimeoutSeconds: 60,
  readyTimeoutSeconds: 120,
  delivery: {
    order: 2,
    bakeSeconds: 30,
    alarms: { watch: ["arn:aws:cloudwatch:x:1:alarm:backlog"] },
  },
};

function jobs(mark: string): Revision {
  const content: { -readonly [K in keyof Revision]: Revision[K] } = revision(mark);
  delete content.port;
  delete content.targets;
  return { ...content, service: "jobs" };
}
const [OLD, NEW] = [jobs("a"), jobs("b")];
const LIVE_IN_BLUE: SlotState<Revision> = { live: "blue", blue: OLD, green: undefined };

const deliver = async (
  previous: SlotState<Revision> | undefined,
  wanted: Revision,
  changes: Partial<WorkerSettings> = {},
): Promise<{ graph: Graph; slots: SlotState<Revision> }> => {
  const args: BlueGreenWorkerArgs = {
    settings: { ...SETTINGS, ...changes },
    previous,
    desired: desiredOf(wanted),
    resolved: pulumi.output(wanted),
    secretArns: [],
    ...STACK,
  };
  const { made, graph } = await declare(() => {
    const worker = new BlueGreenWorker("jobs", args);
    const place = { ...PLACE, project: "sample" };
    const { services } = deliverTogether(place, { jobs: worker }, "http://balancer", {});
    return pick(services, "jobs");
  });
  return { graph, slots: await valueOf(made) };
};

const shiftIn = (graph: Graph): Record<string, unknown> => graph.get(SHIFT, "sample").inputs;

describe("BlueGreenWorker", () => {
  it("declares no rule, no target group, no alarm and no port", async () => {
    const { graph } = await deliver(undefined, NEW);
    assert.equal(
      graph.outline,
      `
pulumi-nodejs:dynamic/switchyard:StandbyGuard sample
pulumi-nodejs:dynamic/switchyard:TrafficShift sample
switchyard:service:BlueGreenWorker jobs
  aws:cloudwatch/logGroup:LogGroup jobs
  switchyard:service:ServiceFirewall jobs
    aws:ec2/securityGroup:SecurityGroup jobs
    aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule jobs
  switchyard:service:ServiceRoles jobs
    aws:iam/role:Role jobs-execution
    aws:iam/role:Role jobs-task
    aws:iam/rolePolicy:RolePolicy jobs-execution
  switchyard:service:SlotService jobs-blue
    aws:ecs/service:Service jobs-blue
    aws:ecs/taskDefinition:TaskDefinition jobs-blue`.trim(),
    );
    const [container] = JSON.parse(
      String(graph.get(TASK, "jobs-blue").inputs["containerDefinitions"]),
    ) as [{ portMappings: unknown[]; environment: { name: string }[] }];
    assert.deepEqual(container.portMappings, []);
    assert.ok(!container.environment.some(({ name }) => name === "PORT"));
  });

  it("declares a slot without tasks: the shift starts and stops them", async () => {
    const { graph } = await deliver(LIVE_IN_BLUE, NEW);
    for (const slot of ["jobs-blue", "jobs-green"]) {
      const { inputs } = graph.get(SERVICE, slot);
      assert.equal(inputs["desiredCount"], 0, slot);
      assert.equal(inputs["loadBalancers"], undefined);
      assert.equal(inputs["healthCheckGracePeriodSeconds"], undefined);
    }
  });

  it("asks the shift for the slot of the new version, and names what runs in both", async () => {
    const { graph, slots } = await deliver(LIVE_IN_BLUE, NEW);
    assert.deepEqual(slots, { live: "green", blue: OLD, green: NEW });
    const { services, workers } = shiftIn(graph) as {
      services: object;
      workers: Record<string, Record<string, unknown>>;
    };
    assert.deepEqual(services, {});
    assert.deepEqual(workers["jobs"], {
      service: "jobs",
      order: 2,
      live: "green",
      from: "blue",
      clusterArn: "arn:cluster",
      serviceName: "jobs-green",
      taskDefinitionArn: arnOf(TASK, "jobs-green"),
      families: {
        blue: graph.get(TASK, "jobs-blue").inputs["family"],
        green: graph.get(TASK, "jobs-green").inputs["family"],
      },
      logGroup: "jobs",
      logStreamPrefixes: { blue: "jobs-blue", green: "jobs-green" },
      tasks: 3,
      overlap: true,
      readyTimeoutSeconds: 120,
      bakeSeconds: 30,
      watch: ["backlog"],
      image: NEW.image,
    });
  });

  it("says that it is new as long as no update has succeeded with it", async () => {
    const isNew = async (previous: SlotState<Revision> | undefined): Promise<unknown> => {
      const { workers } = shiftIn((await deliver(previous, NEW)).graph) as {
        workers: Record<string, Record<string, unknown>>;
      };
      return workers["jobs"]?.["isNew"];
    };
    assert.equal(await isNew(undefined), true);
    assert.equal(await isNew(LIVE_IN_BLUE), undefined);
  });

  it("touches the slot that rests only after the switch, and the one that is to work before it", async () => {
    const { graph } = await deliver(LIVE_IN_BLUE, NEW);
    const order = graph.declared.map(({ type, name }) => `${type} ${name}`);
    const at = (type: string, name: string): number => order.indexOf(`${type} ${name}`);
    assert.ok(at(SERVICE, "jobs-green") < at(SHIFT, "sample"));
    assert.ok(at(SHIFT, "sample") < at(SERVICE, "jobs-blue"));
    assert.ok(at(SHIFT, "sample") < at(TASK, "jobs-blue"));
  });

  it("has the guard see to it that nothing works where something new is to be", async () => {
    const { graph } = await deliver(LIVE_IN_BLUE, NEW);
    const order = graph.declared.map(({ type, name }) => `${type} ${name}`);
    assert.ok(order.indexOf(`${GUARD} sample`) < order.indexOf(`${TASK} jobs-green`));
    const { services, workers } = graph.get(GUARD, "sample").inputs as Record<string, object>;
    assert.deepEqual(services, {});
    assert.deepEqual(workers, {
      jobs: {
        service: "jobs",
        order: 2,
        live: "green",
        from: "blue",
        clusterArn: "arn:cluster",
        families: { blue: "switchyard-stage-jobs-blue", green: "switchyard-stage-jobs-green" },
        logGroup: "jobs",
        logStreamPrefixes: { blue: "jobs-blue", green: "jobs-green" },
        tasks: 3,
        overlap: true,
        readyTimeoutSeconds: 120,
        contents: { blue: revisionKey(OLD), green: revisionKey(NEW) },
      },
    });
  });

  it("declares a version again byte for byte as before while the other slot changes", async () => {
    const before = (await deliver(undefined, OLD)).graph;
    const { graph } = await deliver(LIVE_IN_BLUE, NEW);
    for (const type of [SERVICE, TASK])
      assert.deepEqual(graph.get(type, "jobs-blue").inputs, before.get(type, "jobs-blue").inputs);
  });

  it("lets ECS start a task before another ends only where both may work at once", async () => {
    const percents = async (overlap: boolean): Promise<unknown[]> => {
      const { inputs } = (await deliver(undefined, NEW, { worker: { overlap } })).graph.get(
        SERVICE,
        "jobs-blue",
      );
      return [inputs["deploymentMinimumHealthyPercent"], inputs["deploymentMaximumPercent"]];
    };
    assert.deepEqual(await percents(true), [100, 200]);
    assert.deepEqual(await percents(false), [0, 100]);
  });

  it("scales the slot that works by its CPU, and no other", async () => {
    const scaling = { maxTasks: 9, cpuPercent: 60 };
    const { graph } = await deliver(LIVE_IN_BLUE, NEW, { scaling });
    const scaled = graph.declared.filter(({ type }) => type === SCALING).map(({ name }) => name);
    assert.deepEqual(scaled, ["jobs-green"]);
    const { workers } = shiftIn(graph) as { workers: Record<string, Record<string, unknown>> };
    assert.equal(workers["jobs"]?.["scales"], true);
  });

  it("is tested by a command of its own, before the switch and after it", async () => {
    const test = { command: ["node", "test.js"], expect: [], timeoutSeconds: 30 };
    const delivery = { ...SETTINGS.delivery, smoke: test, acceptance: test };
    const { graph } = await deliver(LIVE_IN_BLUE, NEW, { delivery });
    const smoke = graph.get(SMOKE, "jobs-green-smoke").inputs;
    assert.deepEqual(smoke["command"], test.command);
    assert.equal(smoke["enabled"], true);
    assert.equal((smoke["environment"] as Record<string, unknown>)["TEST_URL"], undefined);
    const { workers } = shiftIn(graph) as { workers: Record<string, Record<string, unknown>> };
    assert.deepEqual(
      (workers["jobs"]?.["acceptance"] as Record<string, unknown>)["command"],
      test.command,
    );
    assert.equal(graph.get(SMOKE, "jobs-blue-smoke").inputs["enabled"], false);
  });
});
