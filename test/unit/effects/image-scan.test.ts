import assert from "node:assert/strict";
import {
  effect,
  type ImageScanInputs,
  type ScanReport,
  scanImages,
} from "../../../effects/image-scan";
import { canonicalJson, type Json } from "../../../release/canonical-json";
import { parseSbomKey } from "../../../release/ledger/keys";
import { verify } from "../../../release/ledger/verify";
import type { ScanSettings } from "../../../release/scan/scan-settings";
import { sha256 } from "../../../release/sha256";
import { MemoryStore } from "../release/ledger/memory-store";
import { FakeRegistry, INDEX, TOKEN } from "./fake-registry";
import { dpkgStatus, layerOf, nodeProgram, npmList, type Packing } from "./image-sample";
import { awsError, StubAws } from "./stub-aws";

const HOST = "111111111111.dkr.ecr.us-east-1.amazonaws.com";
const NONE: ScanSettings = { threshold: "high", source: "packages", exceptions: [] };
const BY = {
  arn: "arn:aws:sts::111111111111:assumed-role/deploy/ann",
  userId: "AROAEXAMPLEDEPLOY:ann",
};
const BASE = {
  "etc/os-release": "ID=debian\nVERSION_ID=12\n",
  "var/lib/dpkg/status.d/libc6": dpkgStatus("libc6", "2.36-9"),
  "nodejs/bin/node": nodeProgram("24.21.0"),
};

interface Details {
  readonly images: Record<string, { sbom: string; packages: object; unread: string[] }>;
  readonly counts: Record<string, number>;
  readonly findings: { id: string; image: string }[];
  readonly exceptions: unknown[];
}

describe("the scan of images", () => {
  let registry: FakeRegistry;
  let aws: StubAws;
  let store: MemoryStore;
  before(async () => {
    registry = new FakeRegistry();
    process.env["SWITCHYARD_REGISTRY_ENDPOINTS"] = `${HOST}=${await registry.start()}`;
  });
  after(async () => {
    delete process.env["SWITCHYARD_REGISTRY_ENDPOINTS"];
    await registry.stop();
  });
  beforeEach(() => {
    for (const each of [registry.blobs, registry.manifests, registry.tags]) each.clear();
    registry.requests.length = 0;
    store = new MemoryStore();
    aws = new StubAws({
      GetAuthorizationToken: () => ({ authorizationData: [{ authorizationToken: TOKEN }] }),
    });
  });
  afterEach(() => {
    aws.restore();
  });

  const image = (...layers: Uint8Array[]): string =>
    registry.putManifest({
      config: registry.putBlob("{}"),
      layers: layers.map((layer) => registry.putBlob(layer)),
    });
  const bundled = (packages: Record<string, string>, packing?: Packing): Uint8Array =>
    layerOf({ "app/server.js": "", "app/server.cdx.json": npmList(packages) }, packing);
  const inputs = (
    images: Record<string, string>,
    scan: Partial<ScanSettings> = {},
  ): ImageScanInputs => ({
    region: "us-east-1",
    bucket: "ledger",
    registry: HOST,
    images: Object.fromEntries(
      Object.entries(images).map(([service, digest]) => [
        service,
        { repository: "switchyard/web", digest },
      ]),
    ),
    scan: { ...NONE, ...scan },
    data: { advisories: "1" },
  });
  const scanned = (given: ImageScanInputs, by = BY): Promise<ScanReport> =>
    scanImages(given, store, by);
  const detailsOf = ({ details }: ScanReport): Details => details as unknown as Details;
  const layersRead = (): number =>
    registry.requests.filter((request) => request.startsWith("GET /blobs/")).length;

  it("reads what each image holds out of its layers, however they are packed, and keeps its SBOM", async () => {
    const old = layerOf({
      "var/lib/dpkg/status.d/gone": dpkgStatus("gone", "1"),
      "usr/bin/node": "-> /nodejs/bin/node",
    });
    const digests = ["plain", "gzip", "zstd"].map((packing) =>
      image(
        layerOf(BASE, packing as Packing),
        old,
        layerOf({ "var/lib/dpkg/status.d/.wh.gone": "" }),
        bundled({ chalk: "5.0.0" }, packing as Packing),
      ),
    );
    const report = await scanned(
      inputs(Object.fromEntries(digests.map((each, n) => [`s${n}`, each]))),
    );
    const { images, findings } = detailsOf(report);
    assert.deepEqual(findings, []);
    for (const { sbom, packages, unread } of Object.values(images)) {
      assert.deepEqual([packages, unread], [{ node: 1, npm: 1, os: 1 }, []]);
      const bytes = await store.read(sbom);
      assert.equal(parseSbomKey(sbom)?.hash, sha256(bytes ?? ""));
      const { components } = JSON.parse(Buffer.from(bytes ?? "").toString()) as {
        components: { purl: string }[];
      };
      assert.deepEqual(
        components.map(({ purl }) => purl),
        [
          "pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12",
          "pkg:generic/node@24.21.0",
          "pkg:npm/chalk@5.0.0",
        ],
      );
    }
    assert.equal(report.result, sha256(canonicalJson(report.details as Json)));
  });

  it("reads no image twice, nor a layer that images share, and looks what is kept up again", async () => {
    const base = layerOf(BASE);
    const images = {
      web: image(base, bundled({ chalk: "5.0.0" })),
      api: image(base, bundled({ lodash: "4.17.20" })),
    };
    await assert.rejects(scanned(inputs(images)), /lodash 4\.17\.20 with CVE-2021-23337, high/);
    assert.equal(layersRead(), 3, "the base, and one of each");
    assert.equal(store.calls.write, 2);
    registry.requests.length = 0;
    await assert.rejects(scanned(inputs(images)), /CVE-2021-23337/);
    const report = await scanned(inputs(images, { threshold: "none" }), {
      ...BY,
      userId: "AROAEXAMPLEDEPLOY:bob",
    });
    assert.ok(detailsOf(report).findings.every(({ image: of }) => of === "api"));
    assert.deepEqual([registry.requests, store.calls.write], [[], 2]);
  });

  it("believes no SBOM that another role wrote, or whose bytes are not those of its name", async () => {
    const digest = image(layerOf(BASE), bundled({ lodash: "4.17.20" }));
    await scanned(inputs({ web: digest }, { threshold: "none" }), {
      ...BY,
      userId: "AROAEXAMPLEOTHER:eve",
    });
    const [others] = store.keys();
    const read = layersRead();
    const mine = detailsOf(await scanned(inputs({ web: digest }, { threshold: "none" })));
    assert.equal(layersRead(), read * 2);
    assert.notEqual(mine.images["web"]?.sbom, others);
    const kept = store.objects.find(({ key }) => key === mine.images["web"]?.sbom);
    assert.ok(kept);
    const text = Buffer.from(kept.bytes).toString().replaceAll("4.17.20", "4.17.21");
    kept.bytes = Buffer.from(text);
    await assert.rejects(scanned(inputs({ web: digest })), /CVE-2021-23337/);
    assert.equal(layersRead(), read * 3);
  });

  it("refuses what is at the threshold or above, all at once, unless it is excepted by the store's own clock", async () => {
    const digest = image(
      layerOf({ ...BASE, "nodejs/bin/node": nodeProgram("24.12.0") }),
      bundled({ lodash: "4.17.20" }),
    );
    const message = await scanned(inputs({ web: digest })).then(
      () => "",
      (error: unknown) => String(error),
    );
    const lines = message.split("\n").slice(1);
    assert.ok(lines.length > 2);
    for (const id of ["CVE-2021-23337", "NODE-24.13.0", "NODE-24.17.0"])
      assert.equal(lines.filter((line) => line.includes(` with ${id}, high: `)).length, 1, id);
    const exceptions = lines.map((line) => {
      const [, name = "", , id = ""] = /found (\S+) (\S+) with (\S+),/.exec(line) ?? [];
      return { id, package: name, reason: "not reachable from outside", until: "2026-01-31" };
    });
    const report = detailsOf(await scanned(inputs({ web: digest }, { exceptions })));
    assert.deepEqual(report.exceptions, exceptions);
    assert.equal(report.counts["high"], lines.length);
    store.now += 24 * 3600 * 1000;
    await assert.rejects(scanned(inputs({ web: digest }, { exceptions })), /which is over/);
  });

  it("reads the images of all platforms of an index, and none of its attestations", async () => {
    const children = [
      { digest: image(layerOf(BASE), bundled({ chalk: "5.0.0" })), platform: { os: "linux" } },
      { digest: image(bundled({ ink: "1.0.0" })), platform: { os: "linux" } },
      { digest: `sha256:${"0".repeat(64)}`, platform: { os: "unknown" } },
    ];
    const manifests = children.map((child) => ({ ...child, size: 1 }));
    const digest = registry.putManifest({ manifests }, INDEX);
    const { images } = detailsOf(await scanned(inputs({ web: digest })));
    assert.deepEqual(images["web"]?.packages, { node: 1, npm: 2, os: 1 });
  });

  it("refuses bytes that are not those of their digest, and layers that are no archive", async () => {
    const layer = bundled({ chalk: "5.0.0" });
    const digest = image(layer);
    const [blob = ""] = [...registry.blobs.keys()].slice(-1);
    registry.blobs.set(blob, Buffer.from(bundled({ ink: "1.0.0" })));
    await assert.rejects(
      scanned(inputs({ web: digest })),
      /asked for layer sha256:.*, got sha256:/,
    );
    registry.blobs.set(blob, Buffer.from(layer.subarray(0, layer.length - 20)));
    await assert.rejects(scanned(inputs({ web: digest })), /layer sha256:/);
    const broken = image(Buffer.from("some bytes that are no archive at all"));
    await assert.rejects(scanned(inputs({ web: broken })), /layer sha256:\w+ can't be read: /);
    const [manifest] = [...registry.manifests.values()];
    registry.manifests.set(broken, manifest ?? { type: "", bytes: Buffer.alloc(0) });
    await assert.rejects(scanned(inputs({ web: broken })), /asked for sha256:\w+, got sha256:/);
    await assert.rejects(
      scanned(inputs({ web: `sha256:${"1".repeat(64)}` })),
      /has no image sha256:1{64}$/,
    );
    assert.equal(store.calls.write, 0);
  });

  it("puts SBOMs where no ledger stumbles on them", async () => {
    await scanned(inputs({ web: image(layerOf(BASE)) }));
    assert.deepEqual(await verify(store), { entries: 0, problems: [], withoutPlace: 0 });
  });

  it("is done again for other images, settings or data, and for nothing else", async () => {
    const old = inputs({ web: "sha256:1" });
    const changes = async (news: ImageScanInputs): Promise<boolean | undefined> =>
      (await effect.diff("id", { ...old, report: {} }, news)).changes;
    assert.equal(await changes({ ...old, profile: "other" }), false);
    for (const other of [
      inputs({ web: "sha256:2" }),
      inputs({ web: "sha256:1", api: "sha256:1" }),
      inputs({ web: "sha256:1" }, { threshold: "low" }),
      { ...old, data: { advisories: "2" } },
    ])
      assert.equal(await changes(other), true);
  });

  describe("by the registry's own scanner", () => {
    const finding = (name: string): object => ({
      name,
      severity: "HIGH",
      attributes: [{ key: "package_name", value: "openssl" }],
    });
    const status = (name: string, imageScanFindings = {}): object => ({
      imageScanStatus: { status: name },
      imageScanFindings,
    });
    const scan = (given: Record<string, string>): Promise<ScanReport> =>
      scanned(inputs(given, { source: "registry" }));

    it("takes every page of its findings, and asks for nothing twice", async () => {
      const digest = image(layerOf(BASE), bundled({ lodash: "4.17.20" }));
      aws.on("DescribeImageScanFindings", ({ nextToken }) =>
        nextToken === undefined
          ? { ...status("COMPLETE", { findings: [finding("CVE-1")] }), nextToken: "2" }
          : status("COMPLETE", { findings: [finding("CVE-2")] }),
      );
      const message = await scan({ web: digest }).then(String, String);
      assert.deepEqual(
        [...message.matchAll(/with (\S+),/g)].map(([, id]) => id),
        ["CVE-1", "CVE-2"],
        "and what the packages know of lodash is not asked for",
      );
      assert.deepEqual(aws.inputsOf("DescribeImageScanFindings"), [
        { repositoryName: "switchyard/web", imageId: { imageDigest: digest } },
        { repositoryName: "switchyard/web", imageId: { imageDigest: digest }, nextToken: "2" },
      ]);
    });

    it("is refused where it can't scan, or does not know what is asked", async () => {
      const digest = image(layerOf(BASE));
      aws.on("DescribeImageScanFindings", () => status("UNSUPPORTED_IMAGE"));
      await assert.rejects(
        scan({ web: digest }),
        /can't scan .*: UNSUPPORTED_IMAGE .*scan\.source/,
      );
      aws.on("DescribeImageScanFindings", () => {
        throw awsError("AccessDeniedException");
      });
      await assert.rejects(scan({ web: digest }), { name: "AccessDeniedException" });
    });
  });
});
