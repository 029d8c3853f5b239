import assert from "node:assert/strict";
import { SLOTS } from "../../../release/slots";
import { keyOf, type Graph, type Declared } from "../graph";
import { CANARY } from "../mock-outputs";
import { Project, runStack } from "./run-stack";

type Run = Awaited<ReturnType<typeof runStack>>;

const BUILD = "pulumi-nodejs:dynamic/switchyard:ImageBuild";
const COPY = "pulumi-nodejs:dynamic/switchyard:ImageCopy";

/** One resource for all services. */
const RECORD = "pulumi-nodejs:dynamic/switchyard:ReleaseRecord switchyard";
const SCAN = "pulumi-nodejs:dynamic/switchyard:ImageScan";
const OF_ALL = /:(ImageScan|ReleaseRecord|StandbyGuard|TrafficShift)$/;

/** What has no tags, and parts of security groups, which are nothing by themselves. */
const UNTAGGED = [
  "aws:acm/certificateValidation:CertificateValidation",
  "aws:ec2/route:Route",
  "aws:ec2/routeTableAssociation:RouteTableAssociation",
  "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  "aws:ecr/repositoryPolicy:RepositoryPolicy",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:route53/record:Record",
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:secretsmanager/secretVersion:SecretVersion",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
];

/** `TYPE NAME PROPERTY` of every input that two graphs have otherwise. */
function differences(one: Graph, other: Graph, normal = (text: string): string => text): string[] {
  return one.declared.flatMap((each) => {
    const twin = other.declared.find((another) => keyOf(another) === keyOf(each));
    if (twin === undefined) return [];
    const [mine, theirs] = [inputsOf(each), inputsOf(twin)];
    const properties = new Set([...Object.keys(mine), ...Object.keys(theirs)]);
    const text = (value: unknown): string => normal(JSON.stringify([value]));
    return [...properties]
      .filter((property) => text(mine[property]) !== text(theirs[property]))
      .map((property) => `${keyOf(each)} ${property}`);
  });
}

/** By name; those of a resource of all services by service and name. */
function inputsOf({ type, inputs }: Declared): Record<string, unknown> {
  if (!OF_ALL.test(type)) return inputs;
  const { services = {}, ...others } = inputs as {
    services?: Record<string, Record<string, unknown>>;
  };
  const each = Object.entries(services).flatMap(([service, wanted]) =>
    Object.entries(wanted).map(([name, value]) => [`${service} ${name}`, value] as const),
  );
  return { ...others, ...Object.fromEntries(each) };
}

const missingIn = (one: Graph, other: Graph): string[] =>
  one.keys.filter((key) => !other.keys.includes(key));

describe("the program", () => {
  let project: Project;
  let stage: Run;
  let production: Run;
  before(async () => {
    project = new Project();
    stage = await runStack("stage");
    production = await runStack("production");
  });
  after(() => {
    project.remove();
  });

  it("declares both services, each with slots of its own", () => {
    assert.deepEqual(
      stage.graph.components.map(keyOf).sort(),
      `
switchyard:alerts:Alerts switchyard
switchyard:cluster:Cluster switchyard
switchyard:image:ImmutableImage api
switchyard:image:ImmutableImage web
switchyard:loadbalancer:LoadBalancer switchyard
switchyard:network:Network switchyard
switchyard:release:Ledger switchyard
switchyard:secrets:ManagedSecret api-token-pepper
switchyard:secrets:ManagedSecret session-key
switchyard:service:BlueGreenService api
switchyard:service:BlueGreenService web
switchyard:service:ProbeFirewall switchyard
switchyard:service:ServiceFirewall api
switchyard:service:ServiceFirewall web
switchyard:service:ServiceRoles api
switchyard:service:ServiceRoles web
switchyard:service:SlotAlarms api-blue
switchyard:service:SlotAlarms api-green
switchyard:service:SlotAlarms web-blue
switchyard:service:SlotAlarms web-green
switchyard:service:SlotService api-blue
switchyard:service:SlotService web-blue
switchyard:service:SlotTargets api-blue
switchyard:service:SlotTargets api-green
switchyard:service:SlotTargets web-blue
switchyard:service:SlotTargets web-green`
        .trim()
        .split("\n"),
    );
  });

  it("registers outputs of every component and gives every resource but those of all services a parent", () => {
    for (const run of [stage, production])
      for (const each of run.graph.declared) {
        if (each.type.startsWith("switchyard:"))
          assert.ok(Object.keys(each.outputs ?? {}).length > 0, keyOf(each));
        else if (!OF_ALL.test(each.type))
          assert.match(each.parentUrn, /switchyard:\w+:\w+::/, keyOf(each));
      }
  });

  it("has the same graph in both stacks but for what their settings say", () => {
    assert.deepEqual(missingIn(stage.graph, production.graph), [
      // Who may copy a release from here.
      "aws:ecr/repositoryPolicy:RepositoryPolicy api",
      "aws:ecr/repositoryPolicy:RepositoryPolicy web",
      `${BUILD} api`,
      `${BUILD} web`,
      `${SCAN} switchyard`,
    ]);
    assert.deepEqual(missingIn(production.graph, stage.graph), [
      "aws:ec2/eip:Eip switchyard-b-nat",
      "aws:ec2/natGateway:NatGateway switchyard-b-nat",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule switchyard-test-nat-1",
      `${COPY} api`,
      `${COPY} web`,
    ]);
  });

  it("has the same inputs in both stacks but for account, network, sizes, steps and images", () => {
    const normal = (text: string): string =>
      text
        .replaceAll("10.30.", "10.20.")
        .replaceAll("222222222222", "111111111111")
        .replaceAll("switchyard-production", "switchyard-stage");
    const slot = (service: string): string[] => [
      `aws:ecs/service:Service ${service}-blue desiredCount`,
      `aws:ecs/taskDefinition:TaskDefinition ${service}-blue containerDefinitions`,
      `pulumi-nodejs:dynamic/switchyard:SlotReady ${service}-blue tasks`,
      ...["contents", "minimumHealthyTargets"].map(
        (input) => `pulumi-nodejs:dynamic/switchyard:StandbyGuard switchyard ${service} ${input}`,
      ),
      ...["bakeSeconds", "image", "minimumHealthyTargets", "steps"].map(
        (input) => `pulumi-nodejs:dynamic/switchyard:TrafficShift switchyard ${service} ${input}`,
      ),
    ];
    assert.deepEqual(
      differences(stage.graph, production.graph, normal).sort(),
      [
        // The zone's own gateway in place of the first one's.
        "aws:ec2/route:Route switchyard-b-private-internet natGatewayId",
        ...slot("api"),
        ...slot("web"),
        // Who decides by what the ledger says, and what it is to say.
        "aws:s3/bucketPolicy:BucketPolicy switchyard policy",
        ...["declaration", "drafts", "release", "stack"].map((input) => `${RECORD} ${input}`),
      ].sort(),
    );
  });

  it("does not depend on what the stack is called", async () => {
    const { graph } = await runStack("stage", {}, { stack: "elsewhere" });
    assert.deepEqual(graph.outline, stage.graph.outline);
    const alarms = (service: string): string[] =>
      SLOTS.flatMap((slot) =>
        ["failed", "slow", "unhealthy"].map(
          (kind) => `aws:cloudwatch/metricAlarm:MetricAlarm ${service}-${slot}-${kind} name`,
        ),
      );
    // Pulumi gives names to everything else.
    const named = ["api", "web"].flatMap((service) => [
      ...alarms(service),
      `aws:ecs/taskDefinition:TaskDefinition ${service}-blue family`,
      `pulumi-nodejs:dynamic/switchyard:TrafficShift switchyard ${service} alarms`,
    ]);
    named.push(
      "aws:sns/topic:Topic switchyard name",
      "aws:s3/bucket:Bucket switchyard bucket",
      `${SCAN} switchyard bucket`,
      `${RECORD} bucket`,
      `${RECORD} stack`,
    );
    assert.deepEqual(differences(graph, stage.graph).sort(), named.sort());
    const renamed = (text: string): string =>
      text.replaceAll("-elsewhere-", "-stage-").replaceAll('"elsewhere"', '"stage"');
    assert.deepEqual(differences(graph, stage.graph, renamed), []);
  });

  it("puts no secret in plain text into any input or output", () => {
    for (const run of [stage, production]) {
      const encrypted = run.graph.declared.filter(({ inputs }) =>
        JSON.stringify(inputs).includes(CANARY),
      );
      assert.deepEqual(encrypted.map(keyOf).sort(), [
        "aws:secretsmanager/secretVersion:SecretVersion api-token-pepper",
        "aws:secretsmanager/secretVersion:SecretVersion session-key",
      ]);
      for (const each of encrypted)
        assert.deepEqual(each.inputs["secretString"], { secret: CANARY }, keyOf(each));
      assert.ok(!JSON.stringify(run.outputs).includes(CANARY));
      assert.ok(run.graph.declared.every(({ hasSecretOutputs }) => hasSecretOutputs));
      for (const component of run.graph.components)
        assert.ok(!JSON.stringify(component.outputs).includes(CANARY), keyOf(component));
    }
  });

  it("starts no task before its images, its network and the load balancer are there", () => {
    const { graph } = production;
    for (const task of graph.ofType("aws:ecs/taskDefinition:TaskDefinition")) {
      const before = graph.waitsFor(task);
      for (const service of ["api", "web"]) assert.ok(before.has(`${COPY} ${service}`), task.name);
      for (const type of [
        "aws:ec2/route:Route",
        "aws:ec2/natGateway:NatGateway",
        "aws:lb/listener:Listener",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "aws:iam/rolePolicy:RolePolicy",
      ])
        for (const { name } of graph.ofType(type).filter(({ name }) => !/^(web|api)/.test(name)))
          assert.ok(before.has(`${type} ${name}`), `${task.name} waits for ${type} ${name}`);
    }
  });

  it("protects what holds state where the settings say so, and nothing else", async () => {
    const { graph } = await runStack("stage", { "switchyard:protect": "true" });
    assert.deepEqual(
      graph.declared
        .filter((each) => each.protect)
        .map(keyOf)
        .sort(),
      [
        "aws:ecr/repository:Repository api",
        "aws:ecr/repository:Repository web",
        "aws:lb/loadBalancer:LoadBalancer switchyard",
        "aws:secretsmanager/secret:Secret api-token-pepper",
        "aws:secretsmanager/secret:Secret session-key",
      ],
    );
    assert.ok(stage.graph.declared.every((each) => !each.protect));
  });

  it("tags all that AWS lets be tagged as the settings say, without losing a name", async () => {
    const { graph } = await runStack("stage", {
      "switchyard:tags": { Team: "yard", Name: "any" },
      "switchyard:domain": { name: "app.example.com", zone: "example.com" },
      "switchyard:network.endpoints": ["ecr", "s3"],
    });
    const tagsOf = (type: string, name: string): unknown => graph.get(type, name).inputs["tags"];
    assert.deepEqual(tagsOf("aws:ec2/vpc:Vpc", "switchyard"), { Team: "yard", Name: "switchyard" });
    assert.deepEqual(tagsOf("aws:ecs/cluster:Cluster", "switchyard"), {
      Team: "yard",
      Name: "any",
    });
    const untagged = graph.declared.filter(
      ({ type, inputs }) =>
        type.startsWith("aws:") && !JSON.stringify([inputs["tags"]]).includes("Team"),
    );
    assert.deepEqual([...new Set(untagged.map(({ type }) => type))].sort(), UNTAGGED);
  });

  it("can be previewed before anything is there", async () => {
    for (const file of ["stage", "production"] as const) {
      const { graph } = await runStack(file, {}, { preview: true });
      const whole = file === "stage" ? stage.graph : production.graph;
      assert.deepEqual(graph.keys, whole.keys);
    }
  });
});
