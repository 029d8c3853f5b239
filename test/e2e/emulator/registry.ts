/** Images of a few bytes, pushed by the registry's own protocol. */
import { createHash } from "node:crypto";

const MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json";

export const digestOf = (data: string): string =>
  `sha256:${createHash("sha256").update(data).digest("hex")}`;

export class RegistryClient {
  private readonly base: string;
  private readonly authorization: string;

  constructor(endpoint: string, repository: string, password: string) {
    this.base = `http://${endpoint}/v2/${repository}`;
    this.authorization = `Basic ${Buffer.from(`AWS:${password}`).toString("base64")}`;
  }

  call(method: string, path: string, body?: string, type?: string): Promise<Response> {
    const headers = {
      authorization: this.authorization,
      ...(type === undefined ? {} : { "content-type": type }),
    };
    return fetch(new URL(path, `${this.base}/`), { method, headers, body: body ?? null });
  }

  /** Uploads bytes under a digest, be it theirs or not. */
  async upload(data: string, digest = digestOf(data)): Promise<Response> {
    const started = await this.call("POST", "blobs/uploads/");
    const place = started.headers.get("location") ?? "";
    return this.call("PUT", `${place}?digest=${digest}`, data, "application/octet-stream");
  }

  async push(tag: string, content: string): Promise<{ answer: Response; manifest: string }> {
    const config = JSON.stringify({ architecture: "amd64", os: "linux", content });
    await this.upload(config);
    await this.upload(content);
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config: {
        mediaType: "application/vnd.docker.container.image.v1+json",
        size: config.length,
        digest: digestOf(config),
      },
      layers: [
        {
          mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip",
          size: content.length,
          digest: digestOf(content),
        },
      ],
    });
    return { manifest, answer: await this.put(tag, manifest) };
  }

  put(reference: string, manifest: string): Promise<Response> {
    return this.call("PUT", `manifests/${reference}`, manifest, MANIFEST_TYPE);
  }
}
