import assert from "node:assert/strict";
import type { StackOutputs } from "../../../release/outputs";
import type { Graph } from "../graph";
import { Project, runStack } from "./run-stack";

type Outputs = Record<string, unknown> & StackOutputs;
type Told = Record<string, Record<string, unknown>>;

const REHEARSAL = "pulumi-nodejs:dynamic/switchyard:RollbackRehearsal";
const SHIFT = "pulumi-nodejs:dynamic/switchyard:TrafficShift switchyard";
const SETTINGS = { seconds: 10, requestsPerSecond: 20, latencySeconds: 2 };

describe("rehearsals of a stack's deliveries", () => {
  let project: Project;
  beforeEach(() => {
    project = new Project();
  });
  afterEach(() => {
    project.remove();
  });

  const run = async (
    recorded?: Outputs,
    rehearsal: object = { seconds: 10 },
  ): Promise<{ outputs: Outputs; graph: Graph }> => {
    const changes = { "switchyard:rehearsal": rehearsal };
    const { outputs, graph } = await runStack("stage", changes, recorded ? { recorded } : {});
    return { outputs: outputs as Outputs, graph };
  };
  const told = (graph: Graph): Told =>
    graph.get(REHEARSAL, "switchyard").inputs["services"] as Told;
  const part = (graph: Graph): unknown =>
    Object.entries(told(graph)).map(([name, { live, from, isNew, returns }]) =>
      JSON.stringify({ name, live, from, isNew, returns }),
    );

  it("are none where the stack does not ask for one", async () => {
    const { graph } = await run(undefined, {});
    assert.ok(!graph.keys.some((key) => key.startsWith(REHEARSAL)));
  });

  it("follow the shift, and nothing happens to a standby before", async () => {
    const first = await run();
    project.write("web", "second");
    const { graph } = await run(first.outputs);
    const rehearsal = graph.get(REHEARSAL, "switchyard");
    assert.ok(graph.waitsFor(rehearsal).has(SHIFT));
    assert.deepEqual(rehearsal.inputs["settings"], SETTINGS);
    assert.equal(rehearsal.inputs["url"], first.outputs.url);
    const standby = graph.get("aws:ecs/service:Service", "web-blue");
    assert.ok(graph.waitsFor(standby).has(`${REHEARSAL} switchyard`));
  });

  it("are told what a service has before it, and whether it goes back itself", async () => {
    const first = await run();
    assert.deepEqual(part(first.graph), [
      '{"name":"api","live":"blue","isNew":true}',
      '{"name":"web","live":"blue","isNew":true}',
    ]);
    project.write("web", "second");
    const second = await run(first.outputs);
    assert.deepEqual(part(second.graph), [
      '{"name":"api","live":"blue"}',
      '{"name":"web","live":"green","from":"blue"}',
    ]);
    const { before, asked, acceptance } = told(second.graph)["web"] ?? {};
    assert.equal(before, first.outputs.release.id);
    assert.deepEqual(asked, { path: "/version", status: 200 });
    assert.equal(acceptance, undefined);
    project.write("web", "first");
    const back = await run(second.outputs);
    assert.equal(told(back.graph)["web"]?.["returns"], true);
  });
});
