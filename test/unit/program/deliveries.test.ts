import assert from "node:assert/strict";
import type { StackOutputs } from "../../../release/outputs";
import { releaseId } from "../../../release/release";
import { keyOf, type Graph } from "../graph";
import { promoted, Project, RELEASE, runStack, STAGE_REGISTRY } from "./run-stack";

const OWN = "222222222222.dkr.ecr.us-east-1.amazonaws.com";
const REPOSITORY = "aws:ecr/repository:Repository";
const SHIFT = "pulumi-nodejs:dynamic/switchyard:TrafficShift";

type Outputs = Record<string, unknown> & StackOutputs;

const liveOf = (outputs: Outputs): unknown[] =>
  ["web", "api"].map((service) => outputs.services[service]?.live);

const inputs = (graph: Graph): Record<string, unknown> =>
  Object.fromEntries(graph.declared.map((each) => [keyOf(each), each.inputs]));

/** What has other inputs than before, or was not there. */
const changed = (before: Graph, after: Graph): string[] => {
  const old = inputs(before);
  return Object.entries(inputs(after))
    .filter(([key, value]) => JSON.stringify(old[key]) !== JSON.stringify(value))
    .map(([key]) => key)
    .sort();
};

describe("deliveries one after the other", () => {
  let project: Project;
  beforeEach(() => {
    project = new Project();
  });
  afterEach(() => {
    project.remove();
  });

  const run = async (
    file: "stage" | "production",
    recorded?: Outputs,
    changes = {},
  ): Promise<{ outputs: Outputs; graph: Graph }> => {
    const { outputs, graph } = await runStack(file, changes, recorded ? { recorded } : {});
    return { outputs: outputs as Outputs, graph };
  };

  it("export a record that makes the next run declare the same, byte for byte", async () => {
    for (const file of ["stage", "production"] as const) {
      const first = await run(file);
      const again = await run(file, first.outputs);
      assert.deepEqual(inputs(again.graph), inputs(first.graph));
      assert.deepEqual(again.outputs, first.outputs);
      assert.deepEqual(liveOf(first.outputs), ["blue", "blue"]);
    }
  });

  it("move one service alone when its code alone changes, and back without starting a task", async () => {
    const first = await run("stage");
    project.write("web", "second");
    const second = await run("stage", first.outputs);
    assert.deepEqual(liveOf(second.outputs), ["green", "blue"]);
    assert.deepEqual(second.outputs.previousRelease, first.outputs.release);
    assert.deepEqual(
      changed(first.graph, second.graph).filter((key) => key.includes(" api")),
      [],
    );
    const { blue, green } = second.outputs.services["web"] ?? {};
    assert.deepEqual(blue, first.outputs.services["web"]?.blue);
    assert.equal(green?.release, second.outputs.release.id);

    project.write("web", "first");
    const back = await run("stage", second.outputs);
    assert.deepEqual(liveOf(back.outputs), ["blue", "blue"]);
    assert.deepEqual(changed(second.graph, back.graph), [
      "pulumi-nodejs:dynamic/switchyard:ImageBuild web",
      "pulumi-nodejs:dynamic/switchyard:ImageScan switchyard",
      // Whether they would run is not why they run: no trigger of theirs is another.
      "pulumi-nodejs:dynamic/switchyard:OneOffTask web-blue-smoke",
      "pulumi-nodejs:dynamic/switchyard:OneOffTask web-green-smoke",
      "pulumi-nodejs:dynamic/switchyard:ReleaseRecord switchyard",
      "pulumi-nodejs:dynamic/switchyard:StandbyGuard switchyard",
      `${SHIFT} switchyard`,
    ]);
    assert.deepEqual(back.outputs.release.images, first.outputs.release.images);
    assert.deepEqual(back.outputs.previousRelease, second.outputs.release);
  });

  it("start no task of images that are not scanned, and scan none that were built elsewhere", async () => {
    const { graph } = await run("stage");
    const scan = "pulumi-nodejs:dynamic/switchyard:ImageScan switchyard";
    const builds = ["web", "api"].map(
      (name) => `pulumi-nodejs:dynamic/switchyard:ImageBuild ${name}`,
    );
    for (const build of builds)
      assert.ok(
        graph
          .waitsFor(graph.get("pulumi-nodejs:dynamic/switchyard:ImageScan", "switchyard"))
          .has(build),
      );
    const tasks = graph.ofType("aws:ecs/service:Service");
    assert.equal(tasks.length, 2);
    for (const task of [...tasks, graph.get(SHIFT, "switchyard")])
      assert.ok(graph.waitsFor(task).has(scan), keyOf(task));
    const production = await run("production");
    assert.deepEqual(
      production.graph.keys.filter((key) => key.includes(":ImageScan")),
      [],
    );
  });

  it("start nothing of any service before the one guard of all has answered, and move no traffic before all is up", async () => {
    const first = await run("stage");
    project.write("web", "second");
    project.write("api", "second");
    const { graph } = await run("stage", first.outputs);
    const guard = "pulumi-nodejs:dynamic/switchyard:StandbyGuard switchyard";
    for (const service of ["web", "api"]) {
      const task = graph.get("aws:ecs/taskDefinition:TaskDefinition", `${service}-green`);
      assert.ok(graph.waitsFor(task).has(guard), service);
      const ready = `pulumi-nodejs:dynamic/switchyard:SlotReady ${service}-green`;
      assert.ok(graph.waitsFor(graph.get(SHIFT, "switchyard")).has(ready), service);
    }
  });

  it("treat a change of what runs as a version, and of how much runs as none", async () => {
    const first = await run("stage");
    const more = await run("stage", first.outputs, { "switchyard:services.web.tasks": 5 });
    assert.deepEqual(liveOf(more.outputs), ["blue", "blue"]);
    assert.deepEqual(more.outputs.services, first.outputs.services);
    const larger = await run("stage", first.outputs, {
      "switchyard:services.web.environment": { GREETING: "hello" },
    });
    assert.deepEqual(liveOf(larger.outputs), ["green", "blue"]);
    assert.deepEqual(larger.outputs.release, first.outputs.release);
  });

  it("give a secret's next version to the standby, and keep the one before for the live slot", async () => {
    const first = await run("stage");
    const next = await run("stage", first.outputs, {
      "switchyard:secrets.session-key.version": 2,
    });
    const { blue, green } = next.outputs.services["web"] ?? {};
    assert.deepEqual(
      [blue?.secrets["SESSION_KEY"]?.version, green?.secrets["SESSION_KEY"]?.version],
      [1, 2],
    );
    assert.deepEqual(liveOf(next.outputs), ["green", "blue"]);
  });

  it("keep a secret that the settings name no more for as long as a slot needs it", async () => {
    const without = {
      "switchyard:secrets.session-key": undefined,
      "switchyard:services.web.secrets.SESSION_KEY": "api-token-pepper",
    };
    const declares = ({ keys }: Graph): boolean =>
      keys.includes("aws:secretsmanager/secret:Secret session-key");
    const first = await run("stage");
    const second = await run("stage", first.outputs, without);
    assert.deepEqual(liveOf(second.outputs), ["green", "blue"]);
    assert.ok(declares(second.graph), "the standby has it");
    project.write("web", "second");
    const third = await run("stage", second.outputs, without);
    assert.ok(declares(third.graph), "it goes after the slot, not before");
    const fourth = await run("stage", third.outputs, without);
    assert.ok(!declares(fourth.graph));
    assert.deepEqual(Object.keys(fourth.outputs.secrets ?? {}), ["api-token-pepper"]);
  });

  it("run in production what was promoted, out of production's own registry", async () => {
    const { outputs } = await run("production");
    assert.deepEqual(outputs.release, { id: releaseId(RELEASE), ...RELEASE, registry: OWN });
    const { blue } = outputs.services["web"] ?? {};
    assert.equal(blue?.image, `${OWN}/switchyard/web@${RELEASE.images.web}`);
    assert.equal(blue.tag, undefined);
  });

  it("keep production's repositories when it goes back to a release in its own registry", async () => {
    const first = await run("production");
    const images = { ...RELEASE.images, web: `sha256:${"3".repeat(64)}` };
    const second = await run("production", first.outputs, promoted({ ...RELEASE, images }));
    assert.deepEqual(liveOf(second.outputs), ["green", "blue"]);
    const back = await run("production", second.outputs, {
      "switchyard:release": second.outputs.previousRelease,
    });
    assert.deepEqual(liveOf(back.outputs), ["blue", "blue"]);
    assert.equal(back.graph.ofType(REPOSITORY).length, 2, "or they are deleted with all images");
    assert.deepEqual(
      changed(second.graph, back.graph).filter(
        (key) => !/ImageCopy|StandbyGuard|OneOffTask/.test(key),
      ),
      ["pulumi-nodejs:dynamic/switchyard:ReleaseRecord switchyard", `${SHIFT} switchyard`],
    );
  });

  it("leave out repositories where the images are another stack's in the same account", async () => {
    const release = { id: releaseId(RELEASE), ...RELEASE, registry: STAGE_REGISTRY };
    const changes = { "switchyard:release": release, "aws:allowedAccountIds": ["111111111111"] };
    const { graph, outputs } = await run("production", undefined, changes);
    assert.deepEqual(graph.ofType(REPOSITORY), []);
    assert.equal(outputs.ownsRepositories, false);
  });
});
