import assert from "node:assert/strict";
import { copyImage } from "../../../effects/copy-image";
import { PART_BYTES } from "../../../effects/layer-upload";
import { Repository } from "../../../effects/registry";
import { FakeRegistry, INDEX, MANIFEST, TOKEN } from "./fake-registry";

const LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
const IMAGE = "application/vnd.docker.distribution.manifest.v2+json";
/** Two whole parts and a piece of another. */
const LARGE = Buffer.from(Array.from({ length: 256 }, (_none, index) => index)).toString("latin1");
const large = Buffer.alloc(2 * PART_BYTES + 4321, LARGE, "latin1");
const PARTS = ["POST /blobs/uploads/", "PATCH 1", "PATCH 1", "PUT 1"];

describe("a copy between two registries", () => {
  const source = new FakeRegistry();
  const target = new FakeRegistry();
  const addresses = { from: "", to: "" };
  before(async () => {
    [addresses.from, addresses.to] = [await source.start(), await target.start()];
    process.env["SWITCHYARD_REGISTRY_ENDPOINTS"] = `from=${addresses.from},to=${addresses.to}`;
  });
  after(async () => {
    delete process.env["SWITCHYARD_REGISTRY_ENDPOINTS"];
    await source.stop();
    await target.stop();
  });
  beforeEach(() => {
    source.reset();
    target.reset();
  });

  /** Two further attempts, without a pause. */
  const repository = (host: string): Repository =>
    new Repository(host, "switchyard/web", `Basic ${TOKEN}`, [0, 0]);
  const copy = async (digest: string, tag = "kept"): Promise<void> => {
    const [from, to] = [repository("from"), repository("to")];
    await copyImage({ source: from, target: to, digest, tag, onProgress: () => undefined });
  };
  const image = (...layers: (string | Buffer)[]): string =>
    source.putManifest({
      config: source.putBlob(`{"of":${layers.length}}`),
      layers: layers.map((layer) => source.putBlob(layer)),
    });
  /** Requests about uploads, without the query and what stands before their names. */
  const uploads = (): string[] =>
    target.requests
      .filter((request) => request.includes("/uploads/"))
      .map((request) => request.replace(/\/blobs\/uploads\/(?=.)/, ""));
  const assertCopied = (digest: string): void => {
    assert.deepEqual(target.manifests.get(digest), source.manifests.get(digest));
    for (const [name, bytes] of source.blobs) assert.ok(target.blobs.get(name)?.equals(bytes));
    assert.equal(target.uploads.size, 0);
  };

  for (const isEcr of [false, true])
    describe(isEcr ? "that answers as ECR does" : "that keeps to the protocol", () => {
      beforeEach(() => {
        target.isEcr = isEcr;
      });

      it("sends a layer in parts, and the last one with what commits it", async () => {
        const digest = image(large);
        await copy(digest);
        assertCopied(digest);
        assert.deepEqual(uploads(), [...PARTS, "POST /blobs/uploads/", "PUT 1"]);
      });

      it("does not send a layer again whose commit was answered to nobody", async () => {
        const digest = image(large);
        let lost = 0;
        target.lose = (request) => request.startsWith("PUT /blobs/") && lost++ === 0;
        await copy(digest);
        assertCopied(digest);
        assert.equal(uploads().filter((request) => request.startsWith("PATCH")).length, 2);
      });

      it("has a part sent again whose connection dropped, or the layer where it does not say how far it came", async () => {
        const digest = image(large);
        for (const how of ["refuse", "lose"] as const) {
          target.reset();
          target.isEcr = isEcr;
          let parts = 0;
          const isSecond = (request: string): boolean =>
            request.startsWith("PATCH") && parts++ === 1;
          if (how === "lose") target.lose = isSecond;
          else target.refuse = (request) => (isSecond(request) ? 0 : undefined);
          await copy(digest);
          assertCopied(digest);
          const again = isEcr
            ? ["GET 1", "DELETE 1", "POST /blobs/uploads/", "PATCH 1", "PATCH 1", "PUT 1"]
            : how === "lose"
              ? ["GET 1", "PUT 1"]
              : ["GET 1", "PATCH 1", "PUT 1"];
          assert.deepEqual(uploads().slice(0, 3 + again.length), [...PARTS.slice(0, 3), ...again]);
        }
      });
    });

  it("sends a layer again where the registry says of an upload what cannot be", async () => {
    const digest = image(large);
    target.says = 4711;
    let parts = 0;
    target.refuse = (request) => (request.startsWith("PATCH") && parts++ === 1 ? 0 : undefined);
    await copy(digest);
    assertCopied(digest);
    assert.deepEqual(uploads().slice(3, 9), ["GET 1", "DELETE 1", ...PARTS]);
  });

  it("reads on where the connection of a layer dropped, with and without the registry's help", async () => {
    const digest = image(large);
    for (const hasRanges of [true, false]) {
      target.reset();
      source.hasRanges = hasRanges;
      source.requests.length = 0;
      let reads = 0;
      source.cut = () => (reads++ < 2 ? PART_BYTES + 1000 + reads : undefined);
      await copy(digest);
      assertCopied(digest);
      assert.ok(reads >= 3, `${reads} reads`);
      assert.deepEqual(uploads().slice(0, 4), PARTS);
    }
  });

  it("passes over a registry that is busy or broken for a moment", async () => {
    const digest = image("layer");
    for (const status of [429, 500, 503, 0]) {
      const seen = new Set<string>();
      target.reset();
      for (const registry of [source, target])
        registry.refuse = (request) => {
          if (seen.has(request)) return undefined;
          seen.add(request);
          return status;
        };
      await copy(digest);
      assertCopied(digest);
    }
  });

  it("gives up after as many attempts as it has, and says what the registry did", async () => {
    const digest = image(large);
    target.refuse = (request) => (request.startsWith("PATCH") ? 503 : undefined);
    await assert.rejects(copy(digest), {
      message:
        /^to\/switchyard\/web: writing layer sha256:\w+: the registry answered 503 Service Unavailable, 3 times in a row$/,
    });
    assert.equal(uploads().filter((request) => request.startsWith("PATCH")).length, 3);
    target.reset();
    target.refuse = (request) => (request.startsWith("PATCH") ? 404 : undefined);
    await assert.rejects(copy(digest), /answered 404 Not Found; it was begun again 3 times$/);
    assert.equal(uploads().filter((request) => request.startsWith("PATCH")).length, 4);
    source.cut = () => 0;
    target.reset();
    await assert.rejects(
      copy(digest),
      /from\/switchyard\/web: reading layer sha256:\w+: the connection ended after 0 of \d+ bytes, 3 times in a row$/,
    );
    assert.deepEqual([...target.manifests], []);
  });

  it("asks of an index nothing that a manifest in the target has proven, and of a layer once", async () => {
    const [one, two] = [image("base", "one"), image("base", "two")];
    const attestation = source.putManifest({
      config: source.putBlob("{}"),
      layers: [source.putBlob("in-toto")],
    });
    const manifests = [one, two, attestation].map((digest) => ({ digest, size: 1 }));
    const index = source.putManifest({ manifests }, INDEX);
    await copy(one, "before");
    target.requests.length = source.requests.length = 0;
    await copy(index);
    assertCopied(index);
    const asked = (registry: FakeRegistry, what: RegExp): string[] =>
      registry.requests.filter((request) => what.test(request));
    assert.deepEqual(asked(source, /manifests/), [
      `GET /manifests/${index}`,
      `GET /manifests/${two}`,
      `GET /manifests/${attestation}`,
    ]);
    const known = asked(target, /^HEAD/);
    assert.equal(known.length, 5);
    assert.equal(new Set(known).size, 5);
    assert.deepEqual(asked(target, /manifests/), [
      ...[one, two, attestation].map((digest) => `GET /manifests/${digest}`),
      ...[two, attestation].flatMap((digest) => [
        `PUT /manifests/${digest}`,
        `GET /manifests/${digest}`,
      ]),
      "PUT /manifests/kept",
      `GET /manifests/${index}`,
    ]);
  });

  it("keeps Docker's types, and leaves out layers that no registry keeps", async () => {
    const foreign = { digest: `sha256:${"f".repeat(64)}`, size: 9, urls: ["https://example.com/"] };
    const child = source.putManifest(
      { config: source.putBlob("{}"), layers: [foreign, source.putBlob("own")] },
      IMAGE,
    );
    const list = source.putManifest({ manifests: [{ digest: child, size: 1 }] }, LIST);
    target.blobs.set(foreign.digest, Buffer.alloc(0)); // the fake one wants all that is named
    await copy(list);
    assert.equal(target.manifests.get(list)?.type, LIST);
    assert.equal(target.manifests.get(child)?.type, IMAGE);
    assert.ok(!target.requests.some((request) => request.includes(foreign.digest)));
  });

  it("is no success where the target has another manifest afterwards, or as another type", async () => {
    const digest = image("layer");
    const there = source.manifests.get(digest) ?? assert.fail();
    for (const [other, found] of [
      [{ ...there, type: IMAGE }, `${digest} as ${IMAGE}`],
      [{ type: MANIFEST, bytes: Buffer.from("{}") }, `sha256:44136f\\w+ as ${MANIFEST}`],
    ] as const) {
      target.reset();
      target.refuse = (request) => {
        if (request.startsWith("GET /manifests/")) target.manifests.set(digest, other);
        return undefined;
      };
      const escaped = found.replaceAll("+", "\\+").replaceAll("\\w\\+", "\\w+");
      await assert.rejects(
        copy(digest),
        new RegExp(`the copy of ${digest} is not the image: expected .*, found ${escaped}; delete`),
      );
    }
  });

  it("tells how much of how much is there", async () => {
    const digest = image(large, "small");
    const told: [number, number][] = [];
    const [from, to] = [repository("from"), repository("to")];
    const all = large.length + "small".length + '{"of":2}'.length;
    await copyImage({
      ...{ source: from, target: to, digest, tag: "kept" },
      onProgress: (bytes, of) => told.push([bytes, of]),
    });
    assert.deepEqual(
      told.map(([bytes]) => bytes),
      [0, PART_BYTES, 2 * PART_BYTES, large.length, large.length + 5, all],
    );
    assert.ok(told.every(([, of]) => of === all));
  });
});
