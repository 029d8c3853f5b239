import assert from "node:assert/strict";
import { Cluster } from "../../../components/cluster";
import { ImmutableImage } from "../../../components/immutable-image";
import { tagEverything } from "../../../components/tags";
import type { Graph } from "../graph";
import { declare } from "../mocks";
import { PLACE } from "./samples";

async function tagged(tags: Record<string, string>): Promise<Graph> {
  const { graph } = await declare(() => {
    tagEverything(tags);
    new Cluster("app");
    new ImmutableImage("web", {
      place: PLACE,
      plan: { kind: "build", tag: "c-1" },
      source: { context: "app", dockerfile: "Dockerfile" },
      buildArgs: {},
      ownsRepository: true,
    });
  });
  return graph;
}

const tagsOf = (graph: Graph): Record<string, unknown> =>
  Object.fromEntries(graph.declared.map(({ type, inputs }) => [type, inputs["tags"]]));

describe("tagEverything", () => {
  it("puts the tags on whatever AWS lets be tagged, and on nothing else", async () => {
    assert.deepEqual(tagsOf(await tagged({ Team: "yard" })), {
      "switchyard:cluster:Cluster": undefined,
      "aws:ecs/cluster:Cluster": { Team: "yard" },
      "switchyard:image:ImmutableImage": undefined,
      "aws:ecr/repository:Repository": { Team: "yard" },
      "aws:ecr/lifecyclePolicy:LifecyclePolicy": undefined,
      "pulumi-nodejs:dynamic/switchyard:ImageBuild": undefined,
    });
  });

  it("leaves everything as it is without tags", async () => {
    const tags = Object.values(tagsOf(await tagged({})));
    assert.ok(tags.every((each) => each === undefined));
  });
});
