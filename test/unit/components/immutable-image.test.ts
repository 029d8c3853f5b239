import assert from "node:assert/strict";
import { ImmutableImage, type ImmutableImageArgs } from "../../../components/immutable-image";
import type { Graph } from "../graph";
import { digestOf } from "../mock-outputs";
import { declare, valueOf } from "../mocks";
import { PLACE } from "./samples";

const REPOSITORY = "aws:ecr/repository:Repository";
const BUILD = "pulumi-nodejs:dynamic/switchyard:ImageBuild";
const COPY = "pulumi-nodejs:dynamic/switchyard:ImageCopy";
const OTHER = "222222222222.dkr.ecr.us-east-1.amazonaws.com";
const DIGEST = `sha256:${"d".repeat(64)}`;

async function image(
  changes: Partial<ImmutableImageArgs> = {},
): Promise<{ made: ImmutableImage; graph: Graph }> {
  const args: ImmutableImageArgs = {
    place: PLACE,
    plan: { kind: "build", tag: "c-1" },
    source: { context: "app/dist/web", dockerfile: "app/Dockerfile" },
    buildArgs: { BASE: "base@sha256:1" },
    ownsRepository: true,
    ...changes,
  };
  return declare(() => new ImmutableImage("web", args));
}

describe("ImmutableImage", () => {
  it("builds into a repository whose tags cannot be overwritten", async () => {
    const { made, graph } = await image();
    assert.equal(
      graph.outline,
      `
switchyard:image:ImmutableImage web
  aws:ecr/lifecyclePolicy:LifecyclePolicy web
  aws:ecr/repository:Repository web
  pulumi-nodejs:dynamic/switchyard:ImageBuild web`.trim(),
    );
    assert.deepEqual(graph.get(REPOSITORY, "web").inputs, {
      name: "switchyard/web",
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: "AES256" }],
      forceDelete: true,
    });
    assert.deepEqual(graph.get(BUILD, "web").inputs, {
      region: "us-east-1",
      service: "web",
      registry: PLACE.registry,
      repository: "switchyard/web",
      tag: "c-1",
      context: "app/dist/web",
      dockerfile: "app/Dockerfile",
      buildArgs: { BASE: "base@sha256:1" },
    });
    assert.ok(graph.waitsFor(graph.get(BUILD, "web")).has(`${REPOSITORY} web`));
    const digest = digestOf("switchyard/web", "c-1");
    assert.equal(await valueOf(made.digest), digest);
    assert.deepEqual(graph.get("switchyard:image:ImmutableImage", "web").outputs, { digest });
  });

  it("expires untagged images alone, so that nothing a slot may name goes", async () => {
    const { graph } = await image();
    const { inputs } = graph.get("aws:ecr/lifecyclePolicy:LifecyclePolicy", "web");
    assert.equal(inputs["repository"], "switchyard/web");
    assert.deepEqual(JSON.parse(String(inputs["policy"])), {
      rules: [
        {
          rulePriority: 1,
          description: "what a broken push left",
          selection: {
            tagStatus: "untagged",
            countType: "sinceImagePushed",
            countUnit: "days",
            countNumber: 14,
          },
          action: { type: "expire" },
        },
      ],
    });
  });

  it("copies a pinned image by digest out of another registry into its own", async () => {
    const { made, graph } = await image({
      plan: { kind: "pinned", digest: DIGEST, registry: OTHER },
    });
    assert.deepEqual(graph.ofType(BUILD), []);
    assert.deepEqual(graph.get(COPY, "web").inputs, {
      region: "us-east-1",
      service: "web",
      sourceRegistry: OTHER,
      targetRegistry: PLACE.registry,
      repository: "switchyard/web",
      digest: DIGEST,
    });
    assert.ok(graph.waitsFor(graph.get(COPY, "web")).has(`${REPOSITORY} web`));
    assert.equal(await valueOf(made.digest), DIGEST);
    assert.deepEqual(graph.get("switchyard:image:ImmutableImage", "web").outputs, {
      digest: DIGEST,
    });
  });

  it("looks for a pinned image where it is when the registry is its own", async () => {
    const plan = { kind: "pinned", digest: DIGEST, registry: PLACE.registry } as const;
    const { graph } = await image({ plan });
    const { inputs } = graph.get(COPY, "web");
    assert.deepEqual(
      [inputs["sourceRegistry"], inputs["targetRegistry"]],
      [PLACE.registry, PLACE.registry],
    );
    assert.equal(graph.ofType(REPOSITORY).length, 1);
  });

  it("declares no repository that another stack has made", async () => {
    const plan = { kind: "pinned", digest: DIGEST, registry: PLACE.registry } as const;
    const { graph } = await image({ plan, ownsRepository: false });
    assert.equal(
      graph.outline,
      `
switchyard:image:ImmutableImage web
  pulumi-nodejs:dynamic/switchyard:ImageCopy web`.trim(),
    );
  });

  it("lets other accounts pull, and do nothing else, where it is shared", async () => {
    const { graph } = await image({ sharedWith: ["222222222222", "333333333333"] });
    const { inputs } = graph.get("aws:ecr/repositoryPolicy:RepositoryPolicy", "web");
    assert.equal(inputs["repository"], "switchyard/web");
    assert.deepEqual(JSON.parse(String(inputs["policy"])), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Promote",
          Effect: "Allow",
          Principal: { AWS: ["arn:aws:iam::222222222222:root", "arn:aws:iam::333333333333:root"] },
          Action: [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
          ],
        },
      ],
    });
    const policies = "aws:ecr/repositoryPolicy:RepositoryPolicy";
    assert.deepEqual((await image({ sharedWith: [] })).graph.ofType(policies), []);
  });

  it("keeps the repository and its images where the settings protect", async () => {
    const repository = (await image({ protect: true })).graph.get(REPOSITORY, "web");
    assert.ok(repository.protect);
    assert.equal(repository.inputs["forceDelete"], false);
    assert.ok(!(await image()).graph.get(REPOSITORY, "web").protect);
  });
});
