import assert from "node:assert/strict";
import { effect, type ImageCopyInputs } from "../../../effects/image-copy";
import { digestOf, FakeRegistry, INDEX, TOKEN } from "./fake-registry";
import { awsError, StubAws } from "./stub-aws";

const FROM = "111111111111.dkr.ecr.us-east-1.amazonaws.com";
const TO = "222222222222.dkr.ecr.us-east-1.amazonaws.com";
const MISSING = `sha256:${"0".repeat(64)}`;

describe("the copy of an image", () => {
  let source: FakeRegistry;
  let target: FakeRegistry;
  let aws: StubAws;
  before(async () => {
    [source, target] = [new FakeRegistry(), new FakeRegistry()];
    const [from, to] = [await source.start(), await target.start()];
    process.env["SWITCHYARD_REGISTRY_ENDPOINTS"] = `${FROM}=${from},${TO}=${to}`;
  });
  after(async () => {
    delete process.env["SWITCHYARD_REGISTRY_ENDPOINTS"];
    await source.stop();
    await target.stop();
  });
  beforeEach(() => {
    for (const each of [source, target]) each.reset();
    aws = new StubAws({
      GetAuthorizationToken: () => ({ authorizationData: [{ authorizationToken: TOKEN }] }),
    });
  });
  afterEach(() => {
    aws.restore();
  });

  const inputs = (digest: string, changes: Partial<ImageCopyInputs> = {}): ImageCopyInputs => ({
    region: "us-east-1",
    service: "web",
    sourceRegistry: FROM,
    targetRegistry: TO,
    repository: "switchyard/web",
    digest,
    ...changes,
  });
  /** An image in the source, of which only some layers are its own. */
  const image = (mark: string): string =>
    source.putManifest({
      config: source.putBlob(`config ${mark}`),
      layers: [source.putBlob("layer of all"), source.putBlob(`layer ${mark}`)],
    });

  it("has the same manifest and layers, byte for byte, under a tag that keeps it", async () => {
    const digest = image("a");
    const made = await effect.create(inputs(digest));
    assert.deepEqual(made, { id: `switchyard/web@${digest}`, outs: inputs(digest) });
    assert.deepEqual(target.manifests.get(digest), source.manifests.get(digest));
    assert.deepEqual([...target.blobs].sort(), [...source.blobs].sort());
    assert.deepEqual([...target.tags], [[digest.replace(":", "-"), digest]]);
    assert.deepEqual(source.writes, []);
  });

  it("takes an index with all that it names, the index last", async () => {
    const children = [image("amd64"), image("attestation")];
    const digest = source.putManifest(
      { manifests: children.map((child) => ({ digest: child, size: 1 })) },
      INDEX,
    );
    await effect.create(inputs(digest));
    assert.deepEqual([...target.manifests.keys()].sort(), [...children, digest].sort());
    assert.equal(target.manifests.get(digest)?.type, INDEX);
    assert.deepEqual([...target.tags.values()], [digest]);
    assert.deepEqual(
      target.writes.filter((request) => request.startsWith("PUT /manifests/")),
      [...children.map((child) => `PUT /manifests/${child}`)].concat(
        `PUT /manifests/${digest.replace(":", "-")}`,
      ),
    );
  });

  it("sends no layer that the registry has", async () => {
    await effect.create(inputs(image("a")));
    target.requests.length = 0;
    await effect.create(inputs(image("b")));
    assert.equal(target.writes.filter((request) => request.startsWith("POST")).length, 2);
  });

  it("does nothing where the image is there", async () => {
    const digest = image("a");
    await effect.create(inputs(digest));
    target.requests.length = source.requests.length = 0;
    await effect.update("id", inputs(digest), inputs(digest));
    assert.deepEqual(source.requests, []);
    assert.deepEqual(target.requests, [`GET /manifests/${digest}`]);
  });

  it("goes on where a killed run stopped", async () => {
    const digest = image("a");
    target.refuse = (request) => (request.startsWith("PUT /manifests/") ? 403 : undefined);
    await assert.rejects(effect.create(inputs(digest)), /writing manifest .* answered 403/);
    assert.ok(!target.manifests.has(digest), "no manifest without all that it names");
    target.refuse = () => undefined;
    target.requests.length = 0;
    await effect.create(inputs(digest));
    assert.deepEqual(target.writes, [`PUT /manifests/${digest.replace(":", "-")}`]);
  });

  it("refuses a manifest that is not the one that was asked for", async () => {
    const [digest, other] = [image("a"), image("b")];
    source.manifests.set(digest, source.manifests.get(other) ?? assert.fail());
    await assert.rejects(effect.create(inputs(digest)), {
      message: `web: copying its image: ${FROM}/switchyard/web: asked for ${digest}, got ${other}`,
    });
    assert.deepEqual(target.writes, []);
  });

  it("refuses a layer whose bytes are not what its digest says", async () => {
    const digest = image("a");
    const [blob] = source.blobs.keys();
    const size = source.blobs.get(blob ?? "")?.length ?? 0;
    source.blobs.set(blob ?? "", Buffer.alloc(size));
    await assert.rejects(effect.create(inputs(digest)), {
      message:
        `web: copying its image: ${FROM}/switchyard/web: layer ${blob ?? ""} is not what its digest says: ` +
        `expected ${blob ?? ""}, found ${digestOf(Buffer.alloc(size))} in ${size} bytes; ` +
        `nothing of it is kept in ${TO}/switchyard/web; push the image anew, or promote another release`,
    });
    source.blobs.set(blob ?? "", Buffer.alloc(size - 1));
    await assert.rejects(effect.create(inputs(digest)), {
      message:
        `web: copying its image: ${FROM}/switchyard/web: layer ${blob ?? ""} is cut short: its manifest says ${size} bytes, ` +
        `found ${size - 1}; nothing is kept of it; push the image anew, or promote another release`,
    });
    assert.ok(!target.blobs.has(blob ?? "") && target.uploads.size === 0);
    assert.ok(!target.manifests.has(digest));
  });

  it("says which registry cannot be reached", async () => {
    const host = "333333333333.dkr.ecr.us-east-1.amazonaws.com";
    const endpoints = process.env["SWITCHYARD_REGISTRY_ENDPOINTS"] ?? "";
    process.env["SWITCHYARD_REGISTRY_ENDPOINTS"] = `${endpoints},${host}=127.0.0.1:1`;
    const unreachable = inputs(MISSING, { sourceRegistry: host });
    await assert.rejects(
      effect.create(unreachable).finally(() => {
        process.env["SWITCHYARD_REGISTRY_ENDPOINTS"] = endpoints;
      }),
      /^Error: web: copying its image: 333333333333\..*\/switchyard\/web: GET \/v2\/switchyard\/web\/manifests\/sha256:0+: .*(ECONNREFUSED|bad port)/,
    );
  });

  it("says that a release names an image which its registry does not have", async () => {
    const message = (registry: string): string =>
      `web: copying its image: ${registry}/switchyard/web has no image ${MISSING}: the release names an ` +
      "image that its registry does not have; promote a release that stage runs, or mend `registry` and " +
      "`images` in switchyard:release";
    await assert.rejects(effect.create(inputs(MISSING)), { message: message(FROM) });
    const own = inputs(MISSING, { sourceRegistry: TO });
    await assert.rejects(effect.create(own), { message: message(TO) });
    assert.deepEqual(target.writes, []);
  });

  it("copies nothing within a registry, where the image is already", async () => {
    const digest = image("a");
    await effect.create(inputs(digest, { targetRegistry: FROM }));
    assert.deepEqual(source.requests, [`GET /manifests/${digest}`]);
  });

  it("names the repository and the answer when a registry refuses", async () => {
    const digest = image("a");
    for (const [registry, broken, doing] of [
      [source, "GET /manifests/", "reading manifest"],
      [source, "GET /blobs/", "reading layer"],
      [target, "HEAD /blobs/", "looking for layer"],
      [target, "POST /blobs/", "beginning an upload"],
      [target, "PUT /blobs/", "writing layer"],
    ] as const) {
      registry.refuse = (request) => (request.startsWith(broken) ? 403 : undefined);
      await assert.rejects(effect.create(inputs(digest)), (error) => {
        assert.match(String(error), new RegExp(`copying its image: .*/switchyard/web: ${doing}`));
        assert.match(String(error), /the registry answered 403 Forbidden$/);
        return true;
      });
      registry.refuse = () => undefined;
    }
  });

  it("says what it was doing where AWS gives no credentials for the registry", async () => {
    aws.on("GetAuthorizationToken", () => {
      throw awsError("CredentialsProviderError");
    });
    await assert.rejects(
      effect.create(inputs(MISSING)),
      /^Error: web: copying its image: no AWS credentials were found; set AWS_PROFILE/,
    );
  });

  it("is made again for another image or registry, and not for another source of the same", async () => {
    const olds = inputs(MISSING);
    const changes = async (change: Partial<ImageCopyInputs>): Promise<boolean | undefined> =>
      (await effect.diff("id", olds, { ...olds, ...change })).changes;
    assert.equal(await changes({ digest: `sha256:${"1".repeat(64)}` }), true);
    assert.equal(await changes({ targetRegistry: "other" }), true);
    assert.equal(await changes({ repository: "other" }), true);
    assert.equal(await changes({ sourceRegistry: TO }), false);
  });

  it("leaves the image when the stack is destroyed, and asks nothing in a refresh", async () => {
    await effect.delete("id", inputs(MISSING));
    assert.deepEqual(await effect.read("id", inputs(MISSING)), {
      id: "id",
      props: inputs(MISSING),
    });
    assert.deepEqual([aws.calls, target.requests], [[], []]);
  });
});
