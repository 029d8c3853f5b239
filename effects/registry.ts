import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { registryEndpoint } from "../release/registry-endpoint";
import type { AwsPlace } from "../components/place";
import { clientConfig } from "./clients";
import { sha256 } from "../release/sha256";

const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

export interface Manifest {
  readonly type: string;
  /** The bytes as the registry has them: their digest is the image's. */
  readonly bytes: Buffer;
}

export const digestOf = (bytes: Buffer): string => `sha256:${sha256(bytes)}`;

/** Registries as one account reaches them: its token opens its own and those that let it in. */
export class Registry {
  /** Basic credentials, base64. */
  readonly token: string;

  private constructor(token: string) {
    this.token = token;
  }

  static async open(place: AwsPlace): Promise<Registry> {
    const client = new ECRClient(clientConfig(place));
    const answer = await client.send(new GetAuthorizationTokenCommand({}));
    return new Registry(answer.authorizationData?.[0]?.authorizationToken ?? "");
  }

  repository(host: string, name: string): Repository {
    return new Repository(host, name, `Basic ${this.token}`);
  }
}

/** One repository over the registry's HTTP API, https://distribution.github.io/distribution/spec/api/ */
export class Repository {
  private readonly base: string;
  private readonly authorization: string;
  readonly name: string;

  constructor(host: string, repository: string, authorization: string) {
    this.name = `${host}/${repository}`;
    this.base = `${registryEndpoint(host).url}/v2/${repository}`;
    this.authorization = authorization;
  }

  private async call(path: string, init: RequestInit = {}): Promise<Response> {
    const url = /^https?:/.test(path) ? path : `${this.base}${path}`;
    const headers = {
      authorization: this.authorization,
      ...(init.headers as Record<string, string>),
    };
    return fetch(url, { ...init, headers }).catch((error: unknown) => {
      // What happened is in the cause; the error itself says no more than that the call failed.
      const { cause } = error as { cause?: unknown };
      const why = cause instanceof Error ? cause.message : String(error);
      const method = init.method ?? "GET";
      throw new Error(`${this.name}: ${method} ${new URL(url).pathname}: ${why}`, { cause: error });
    });
  }

  private failure(answer: Response, doing: string): Error {
    return new Error(
      `${this.name}: ${doing}: the registry answered ${answer.status} ${answer.statusText}`,
    );
  }

  /** Nothing if the repository does not have it. */
  async manifest(reference: string): Promise<Manifest | undefined> {
    const answer = await this.call(`/manifests/${reference}`, {
      headers: { accept: manifestTypes.join(", ") },
    });
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw this.failure(answer, `reading manifest ${reference}`);
    const type = answer.headers.get("content-type") ?? manifestTypes[2] ?? "";
    return { type, bytes: Buffer.from(await answer.arrayBuffer()) };
  }

  /** Digest behind a tag; nothing if there is no such tag. */
  async digest(tag: string): Promise<string | undefined> {
    const manifest = await this.manifest(tag);
    return manifest && digestOf(manifest.bytes);
  }

  async putManifest(reference: string, manifest: Manifest): Promise<void> {
    const answer = await this.call(`/manifests/${reference}`, {
      method: "PUT",
      headers: { "content-type": manifest.type },
      body: new Uint8Array(manifest.bytes),
    });
    if (!answer.ok) throw this.failure(answer, `writing manifest ${reference}`);
  }

  async hasBlob(digest: string): Promise<boolean> {
    const answer = await this.call(`/blobs/${digest}`, { method: "HEAD" });
    if (answer.ok) return true;
    if (answer.status === 404) return false;
    throw this.failure(answer, `looking for layer ${digest}`);
  }

  /** Streams a layer from another repository: no more of it is in memory than a buffer. */
  async copyBlob(source: Repository, digest: string, size: number): Promise<void> {
    const from = await source.call(`/blobs/${digest}`);
    if (!from.ok || !from.body) throw source.failure(from, `reading layer ${digest}`);
    const begun = await this.call("/blobs/uploads/", { method: "POST" });
    const location = begun.headers.get("location");
    if (!begun.ok || location === null) throw this.failure(begun, "beginning an upload");
    const target = new URL(location, this.base);
    target.searchParams.set("digest", digest);
    const done = await this.call(target.href, {
      method: "PUT",
      headers: { "content-type": "application/octet-stream", "content-length": String(size) },
      body: from.body,
      duplex: "half",
    });
    if (!done.ok) throw this.failure(done, `writing layer ${digest}`);
  }
}
