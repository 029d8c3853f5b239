import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";

const MEBIBYTE = 2 ** 20;

export const digestOf = (bytes: Buffer): string =>
  `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

const OCI = {
  index: "application/vnd.oci.image.index.v1+json",
  image: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
};
const DOCKER = {
  index: "application/vnd.docker.distribution.manifest.list.v2+json",
  image: "application/vnd.docker.distribution.manifest.v2+json",
  config: "application/vnd.docker.container.image.v1+json",
  layer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
};
const IN_TOTO = "application/vnd.in-toto+json";

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export interface SampleManifest {
  readonly type: string;
  readonly bytes: Buffer;
}

/** An image of two platforms and what is attested of one, as BuildKit makes them. */
export class SampleImage {
  /** By digest; what an index names before the index. */
  readonly manifests = new Map<string, SampleManifest>();
  readonly blobs = new Map<string, Buffer>();
  readonly digest: string;

  /**
   * @param format of the index and its manifests; Docker's has no attestation
   * @param mebibytes of the largest layer, of two parts or more
   */
  constructor(format: "oci" | "docker", mebibytes: number) {
    const types = format === "oci" ? OCI : DOCKER;
    const base = this.blob(types.layer, randomBytes(3 * MEBIBYTE));
    const platforms = ["amd64", "arm64"].map((architecture, index) => {
      const own = this.blob(types.layer, randomBytes((index === 0 ? mebibytes : 2) * MEBIBYTE + 7));
      const small = this.blob(types.layer, randomBytes(2000));
      const config = Buffer.from(JSON.stringify({ architecture, os: "linux", format }));
      const manifest = this.image(types, this.blob(types.config, config), [base, own, small]);
      return { ...manifest, platform: { architecture, os: "linux" } };
    });
    const attested = format === "oci" ? [this.attestation(platforms[0]?.digest ?? "")] : [];
    this.digest = this.add(types.index, { manifests: [...platforms, ...attested] }).digest;
  }

  /** Bytes of all layers and configurations. */
  get size(): number {
    return [...this.blobs.values()].reduce((sum, { length }) => sum + length, 0);
  }

  get largest(): number {
    return Math.max(...[...this.blobs.values()].map(({ length }) => length));
  }

  /** Writes it to a repository, blobs in one request each. */
  async push(base: string, authorization: string): Promise<void> {
    const call = async (method: string, path: string, body?: Buffer, type?: string) => {
      const answer = await fetch(new URL(path, `${base}/`), {
        method,
        headers: { authorization, ...(type !== undefined && { "content-type": type }) },
        ...(body && { body: new Uint8Array(body) }),
      });
      assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.text()}`);
      return answer;
    };
    for (const [digest, bytes] of this.blobs) {
      const begun = await call("POST", "blobs/uploads/");
      const location = begun.headers.get("location") ?? "";
      await call("PUT", `${location}?digest=${digest}`, bytes, "application/octet-stream");
    }
    for (const [digest, { type, bytes }] of this.manifests)
      await call("PUT", `manifests/${digest}`, bytes, type);
  }

  /** What of a repository is not as it is here. */
  async differences(base: string, authorization: string): Promise<string[]> {
    const found: string[] = [];
    const parts = [
      ...[...this.manifests].map(([digest, each]) => ({ path: `manifests/${digest}`, ...each })),
      ...[...this.blobs].map(([digest, bytes]) => ({ path: `blobs/${digest}`, bytes, type: "" })),
    ];
    for (const { path, bytes, type } of parts) {
      const answer = await fetch(`${base}/${path}`, { headers: { authorization, accept: "*/*" } });
      const there = Buffer.from(await answer.arrayBuffer());
      if (answer.status !== 200) found.push(`${path}: ${answer.status}`);
      else if (!there.equals(bytes)) found.push(`${path}: other bytes`);
      else if (type !== "" && answer.headers.get("content-type") !== type)
        found.push(`${path}: ${answer.headers.get("content-type") ?? ""}`);
    }
    return found;
  }

  private blob(mediaType: string, bytes: Buffer): Descriptor {
    this.blobs.set(digestOf(bytes), bytes);
    return { mediaType, digest: digestOf(bytes), size: bytes.length };
  }

  private add(type: string, content: object): Descriptor {
    // Odd spacing: a manifest that is written anew, and not byte for byte, has another digest.
    const whole = { schemaVersion: 2, mediaType: type, ...content };
    const bytes = Buffer.from(`${JSON.stringify(whole, null, 3)}\n`);
    this.manifests.set(digestOf(bytes), { type, bytes });
    return { mediaType: type, digest: digestOf(bytes), size: bytes.length };
  }

  private image(types: typeof OCI, config: Descriptor, layers: Descriptor[]): Descriptor {
    return this.add(types.image, { config, layers });
  }

  private attestation(subject: string): Descriptor & { readonly annotations: object } {
    const statement = Buffer.from(JSON.stringify({ _type: "https://in-toto.io/Statement/v0.1" }));
    const config = this.blob(OCI.config, Buffer.from('{"architecture":"unknown","os":"unknown"}'));
    const manifest = this.image(OCI, config, [this.blob(IN_TOTO, statement)]);
    const annotations = {
      "vnd.docker.reference.type": "attestation-manifest",
      "vnd.docker.reference.digest": subject,
    };
    return { ...manifest, annotations };
  }
}
