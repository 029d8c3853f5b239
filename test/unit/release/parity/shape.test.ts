import assert from "node:assert/strict";
import { canonical } from "../../../../release/engine-plan";
import { compareShapes } from "../../../../release/parity/differences";
import { makeShape, type Shape, shapeHash } from "../../../../release/parity/shape";
import type { PreviewedResource } from "../../../../release/parity/graph";
import { CANARY } from "../../mock-outputs";
import { Project } from "../../program/run-stack";
import { NAMES, previewedStack, shapeOf } from "../../program/run-previewed";

const TASKS = "aws:ecs/taskDefinition:TaskDefinition web-live";

describe("the shape of a stack", function () {
  this.timeout(300_000);
  let project: Project;
  let stage: Shape;
  before(async () => {
    project = new Project();
    stage = await shapeOf("stage");
  });
  after(() => {
    project.remove();
  });

  it("has no name of the stack, its account or its region, and no secret value", () => {
    const text = JSON.stringify(stage.resources);
    for (const name of ["switchyard-stage", "111111111111", "us-east-1", CANARY])
      assert.ok(!text.includes(name), name);
    assert.equal(
      stage.resources["aws:secretsmanager/secretVersion:SecretVersion session-key"]?.inputs[
        "secretString"
      ],
      "[secret]",
    );
  });

  it("refers to resources by their logical names, wherever their physical ones stand", () => {
    const [container] = stage.resources[TASKS]?.inputs["containerDefinitions"] as [
      { secrets: { valueFrom: string }[] },
    ];
    assert.equal(
      container.secrets[0]?.valueFrom,
      "${aws:secretsmanager/secret:Secret session-key#arn}:::[release]",
    );
  });

  it("stays the same when another release goes live in the other slot, and goes back", async () => {
    const first = await previewedStack("stage");
    project.write("web", "second");
    const second = await previewedStack("stage", {}, { recorded: first.outputs });
    project.write("web", "first");
    const back = await previewedStack("stage", {}, { recorded: second.outputs });
    const urns = second.resources.map(({ urn }) => urn);
    assert.ok(
      urns.some((urn) => urn.endsWith("TaskDefinition::web-green")),
      "two slots",
    );
    for (const { resources } of [second, back])
      assert.equal(shapeHash(makeShape(NAMES.stage, resources)), shapeHash(stage));
  });

  it("is another when the infrastructure is, in a stack of whatever name", async () => {
    const other = await shapeOf("stage", { "switchyard:services.web.healthCheck.path": "/other" });
    assert.notEqual(shapeHash(other), shapeHash(stage));
    assert.deepEqual(
      compareShapes(stage, { ...other, names: NAMES.production }).differences.map(
        ({ resource, path }) => [resource, path?.join(".")],
      ),
      [["aws:lb/targetGroup:TargetGroup web-live", "healthCheck.path"]],
    );
    const { resources } = await previewedStack("stage");
    const renamed = JSON.parse(
      JSON.stringify(resources)
        .replaceAll("switchyard-stage", "switchyard-x")
        .replaceAll('"stack":"stage"', '"stack":"x"')
        .replaceAll("111111111111", "444444444444"),
    ) as PreviewedResource[];
    const names = { ...NAMES.stage, stack: "x", account: "444444444444" };
    assert.equal(shapeHash(makeShape(names, renamed)), shapeHash(stage));
  });

  it("is told by what canonical JSON of RFC 8785 is", async () => {
    const { default: canonicalize } = await import("canonicalize");
    const content = { version: stage.version, resources: stage.resources };
    assert.equal(canonical(content), canonicalize(content));
    const numbers = { b: [1.5, 1e21, -0, 3e-7], a: { "\u00e9": '\u2028"', A: null } };
    assert.equal(canonical(numbers), canonicalize(numbers));
  });

  it("keeps no order where AWS keeps none, and every other", async () => {
    const { resources } = await previewedStack("stage");
    const turned = (input: string): Shape =>
      makeShape(
        NAMES.stage,
        resources.map((each) => ({
          ...each,
          inputs: Object.fromEntries(
            Object.entries(each.inputs).map(([key, value]) => [
              key,
              key === input && Array.isArray(value) ? value.toReversed() : value,
            ]),
          ),
        })),
      );
    for (const input of ["subnets", "subnetIds", "conditions", "metricQueries"])
      assert.equal(shapeHash(turned(input)), shapeHash(stage), input);
    const { resources: inSteps } = await previewedStack("production");
    const steps = (each: PreviewedResource): PreviewedResource =>
      JSON.parse(
        JSON.stringify(each).replaceAll(/"steps":\[(\{[^}]*\}),(\{[^}]*\})\]/g, '"steps":[$2,$1]'),
      ) as PreviewedResource;
    const [one, other] = [inSteps, inSteps.map(steps)].map((each) =>
      makeShape(NAMES.production, each),
    );
    assert.notEqual(shapeHash(one as Shape), shapeHash(other as Shape));
  });

  it("does not read a colour, or a stack's name, into what a user calls something", async () => {
    const environment = { THEME: "blue", PEER: "stage", HOST: "us-east-1.example.com" };
    const changes = { "switchyard:services.web.environment": environment };
    const { differences } = compareShapes(
      await shapeOf("stage", changes),
      await shapeOf("production", changes),
    );
    assert.deepEqual(
      differences.filter(({ resource }) => resource === TASKS),
      [],
    );
  });

  it("tells a resource that another stack's account stands in from one of its own", async () => {
    const peer = { PEER: "arn:aws:sqs:us-east-1:111111111111:queue" };
    const changes = { "switchyard:services.web.environment": peer };
    const { differences } = compareShapes(
      await shapeOf("stage", changes),
      await shapeOf("production", changes),
    );
    assert.equal(differences.filter(({ resource }) => resource === TASKS).length, 1);
  });
});
