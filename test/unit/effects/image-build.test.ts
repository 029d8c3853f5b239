import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { effect, type ImageBuildInputs } from "../../../effects/image-build";
import { FakeDocker } from "./fake-docker";
import { FakeRegistry, TOKEN } from "./fake-registry";
import { StubAws } from "./stub-aws";

const HOST = "111111111111.dkr.ecr.us-east-1.amazonaws.com";
const INPUTS: ImageBuildInputs = {
  region: "us-east-1",
  service: "web",
  registry: HOST,
  repository: "switchyard/web",
  tag: "c-1",
  context: "app/dist/web",
  dockerfile: "app/Dockerfile",
  buildArgs: { BASE: "base@sha256:1" },
};

describe("the build of an image", () => {
  let registry: FakeRegistry;
  let address: string;
  let docker: FakeDocker | undefined;
  let aws: StubAws;
  before(async () => {
    registry = new FakeRegistry();
    address = await registry.start();
    process.env["SWITCHYARD_REGISTRY_ENDPOINTS"] = `${HOST}=${address}`;
  });
  after(async () => {
    delete process.env["SWITCHYARD_REGISTRY_ENDPOINTS"];
    await registry.stop();
  });
  beforeEach(() => {
    for (const store of [registry.blobs, registry.manifests, registry.tags]) store.clear();
    registry.requests.length = 0;
    aws = new StubAws({
      GetAuthorizationToken: () => ({ authorizationData: [{ authorizationToken: TOKEN }] }),
    });
  });
  afterEach(() => {
    aws.restore();
    docker?.remove();
    docker = undefined;
  });

  it("builds once for its platform, pushes, and gives the digest that the registry has", async () => {
    docker = new FakeDocker("works");
    const made = await effect.create(INPUTS);
    const digest = registry.tags.get("c-1");
    assert.ok(digest !== undefined);
    assert.deepEqual(made, { id: "switchyard/web:c-1", outs: { ...INPUTS, digest } });
    const [build, context, push] = docker.calls;
    const reference = `${address}/switchyard/web:c-1`;
    assert.deepEqual(build?.args, [
      ...["build", "--tag", reference, "--file", "app/Dockerfile"],
      ...["--build-arg", "BASE=base@sha256:1", "app/dist/web"],
    ]);
    assert.equal(build.env["DOCKER_DEFAULT_PLATFORM"], "linux/amd64");
    assert.equal(build.env["BUILDX_NO_DEFAULT_ATTESTATIONS"], "1");
    assert.equal(context?.args[0], "context");
    assert.deepEqual(push?.args, ["push", reference]);
  });

  it("pushes to the engine in use with credentials that live no longer than the push", async () => {
    docker = new FakeDocker("works");
    await effect.create(INPUTS);
    const { calls } = docker;
    const push = calls.at(-1);
    assert.deepEqual(push?.auths, { [address]: { auth: TOKEN } });
    assert.equal(push.mode, "600");
    assert.equal(push.env["DOCKER_HOST"], "unix:///run/engine.sock");
    assert.ok(!existsSync(push.env["DOCKER_CONFIG"] ?? "/"));
    assert.ok(!JSON.stringify(calls.map(({ args }) => args)).includes(TOKEN));
    assert.deepEqual(
      calls.slice(0, 2).map(({ env }) => env["DOCKER_CONFIG"]),
      [process.env["DOCKER_CONFIG"], process.env["DOCKER_CONFIG"]],
      "the rest uses what the user has set",
    );
  });

  it("asks Docker nothing where the registry has the tag, whoever built it", async () => {
    docker = new FakeDocker("not-there");
    registry.tags.set("c-1", registry.putManifest({ layers: [] }));
    const digest = (): string | undefined => registry.tags.get("c-1");
    const made = await effect.create(INPUTS);
    assert.deepEqual(made, { id: "switchyard/web:c-1", outs: { ...INPUTS, digest: digest() } });
    assert.deepEqual(registry.writes, []);
    await effect.update("id", INPUTS, INPUTS);
  });

  it("takes the image of another run that pushed the same content a moment before", async () => {
    docker = new FakeDocker("race");
    const digest = (): string | undefined => registry.tags.get("c-1");
    const made = await effect.create(INPUTS);
    assert.deepEqual(made, { id: "switchyard/web:c-1", outs: { ...INPUTS, digest: digest() } });
  });

  it("says that there is no Docker, that no engine answers, or what a push was told", async () => {
    docker = new FakeDocker("not-there");
    await assert.rejects(effect.create(INPUTS), {
      message:
        `web: building its image: building ${address}/switchyard/web:c-1: there is no \`docker\` ` +
        "command: install Docker and run the update again",
    });
    docker.remove();
    docker = new FakeDocker("no-engine");
    await assert.rejects(effect.create(INPUTS), {
      message:
        `web: building its image: building ${address}/switchyard/web:c-1: no Docker engine answers: ` +
        "start one and run the update again\n" +
        "  Cannot connect to the Docker daemon at unix:///var/run/docker.sock.",
    });
    docker.remove();
    docker = new FakeDocker("denied");
    await assert.rejects(effect.create(INPUTS), {
      message:
        `web: building its image: pushing ${address}/switchyard/web:c-1:\n` +
        "  denied: not authorized",
    });
    assert.ok(!existsSync(docker.calls.at(-1)?.env["DOCKER_CONFIG"] ?? "/"));
  });

  it("is made again for other content or another place, and not for another way there", async () => {
    const changes = async (change: Partial<ImageBuildInputs>): Promise<boolean | undefined> =>
      (await effect.diff("id", INPUTS, { ...INPUTS, ...change })).changes;
    assert.equal(await changes({ tag: "c-2" }), true);
    assert.equal(await changes({ registry: "other" }), true);
    assert.equal(await changes({ repository: "other" }), true);
    assert.equal(await changes({ context: "elsewhere", dockerfile: "other" }), false);
  });

  it("shows in a refresh what the registry has, and an image that is gone as gone", async () => {
    assert.deepEqual(await effect.read("id", INPUTS), {});
    const digest = registry.putManifest({ layers: [] });
    registry.tags.set("c-1", digest);
    assert.deepEqual(await effect.read("id", INPUTS), { id: "id", props: { ...INPUTS, digest } });
  });

  it("leaves the image when the stack is destroyed", async () => {
    await effect.delete("id", INPUTS);
    assert.deepEqual([aws.calls, registry.requests], [[], []]);
  });
});
