import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
} from "@aws-sdk/client-ecr";
import assert from "node:assert/strict";
import { connect, registryPassword } from "./emulator/account";
import { RegistryClient, digestOf } from "./emulator/registry";
import { createWorld, python, type World } from "./emulator/world";

describe("the AWS emulator's image registry", function () {
  this.timeout(30_000);
  const open: (() => Promise<void>)[] = [];
  let world: World;

  before(async function () {
    if (python === undefined) this.skip();
    world = await createWorld("emulator-registry");
    open.push(() => world.close());
  });

  after(async () => {
    for (const close of open) await close();
  });

  it("refuses to overwrite a tag, and bytes that are not what their digest says", async () => {
    const repositoryName = "small";
    await world.account.ecr.send(
      new CreateRepositoryCommand({ repositoryName, imageTagMutability: "IMMUTABLE" }),
    );
    const password = await registryPassword(world.account);
    const registry = new RegistryClient(world.emulator.registryEndpoint, repositoryName, password);
    const { answer, manifest } = await registry.push("one", "some bytes");
    assert.equal(answer.status, 201);
    assert.equal((await registry.put("one", manifest)).status, 201);
    const other = await registry.push("one", "other bytes");
    assert.equal(other.answer.status, 400);
    assert.match(await other.answer.text(), /TAG_INVALID.*immutable/);
    assert.equal((await registry.upload("some", digestOf("else"))).status, 400);
    assert.equal((await registry.put(digestOf("else"), manifest)).status, 400);

    const read = await registry.call("GET", "manifests/one");
    assert.equal(await read.text(), manifest);
    assert.equal(read.headers.get("docker-content-digest"), digestOf(manifest));
    const head = await registry.call("HEAD", `blobs/${digestOf("some bytes")}`);
    assert.equal(head.headers.get("content-length"), "10");
    const blob = await registry.call("GET", `blobs/${digestOf("some bytes")}`);
    assert.equal(await blob.text(), "some bytes");
    const image = { imageDigest: digestOf(manifest) };
    const describeIt = new DescribeImagesCommand({ repositoryName, imageIds: [image] });
    assert.deepEqual((await world.account.ecr.send(describeIt)).imageDetails?.[0]?.imageTags, [
      "one",
    ]);
    const absent = new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: "none" }] });
    await assert.rejects(world.account.ecr.send(absent), { name: "ImageNotFoundException" });
  });

  it("lets no key of another account in, and nobody without a token", async () => {
    const stranger = connect(world.emulator.endpoint, "222222222222");
    await assert.rejects(stranger.ecr.send(new DescribeRepositoriesCommand({})), {
      name: "UnrecognizedClientException",
    });
    assert.equal((await fetch(`${world.emulator.endpoint}/v2/app/tags/list`)).status, 401);
  });
});
