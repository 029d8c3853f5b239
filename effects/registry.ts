import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { registryEndpoint } from "../release/registry-endpoint";
import { sha256 } from "../release/sha256";
import type { AwsPlace } from "../components/place";
import { clientConfig } from "./clients";
import { PassingError, PAUSES, persistently } from "./persistence";

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

/**
 * One repository over the registry's HTTP API, https://distribution.github.io/distribution/spec/api/
 * What can be asked twice is asked again where a connection drops or the registry is busy.
 */
export class Repository {
  readonly name: string;
  /** Seconds before each further attempt. */
  readonly pauses: readonly number[];
  private readonly base: string;
  private readonly authorization: string;

  constructor(host: string, repository: string, authorization: string, pauses = PAUSES) {
    this.name = `${host}/${repository}`;
    this.pauses = pauses;
    this.base = `${registryEndpoint(host).url}/v2/${repository}`;
    this.authorization = authorization;
  }

  /**
   * One request, made once.
   *
   * @param path below the repository, or where the registry has said to go on
   * @throws PassingError where the network fails
   */
  async call(path: string, init: RequestInit = {}): Promise<Response> {
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
      const asked = `${method} ${new URL(url).pathname}`;
      // What the network says has a code; an address that nothing can be asked at has none.
      const Kind = cause instanceof Error && "code" in cause ? PassingError : Error;
      throw new Kind(`${this.name}: ${asked}: ${why}`, { cause: error });
    });
  }

  /** What a refusal means: one of a registry that is busy or broken may pass. */
  failure(answer: Response, doing: string): Error {
    const text = `${this.name}: ${doing}: the registry answered ${answer.status} ${answer.statusText}`;
    return answer.status === 429 || answer.status >= 500 ? new PassingError(text) : new Error(text);
  }

  /** The address that an answer's `Location` names. */
  locationOf(answer: Response): string | undefined {
    const location = answer.headers.get("location");
    return location === null ? undefined : new URL(location, this.base).href;
  }

  /** Nothing if the repository does not have it. */
  manifest(reference: string): Promise<Manifest | undefined> {
    return this.again(async () => {
      const headers = { accept: manifestTypes.join(", ") };
      const answer = await this.call(`/manifests/${reference}`, { headers });
      if (answer.status === 404) return undefined;
      if (!answer.ok) throw this.failure(answer, `reading manifest ${reference}`);
      const type = answer.headers.get("content-type") ?? manifestTypes[2] ?? "";
      return { type, bytes: Buffer.from(await answer.arrayBuffer()) };
    });
  }

  /** Digest behind a tag; nothing if there is no such tag. */
  async digest(tag: string): Promise<string | undefined> {
    const manifest = await this.manifest(tag);
    return manifest && digestOf(manifest.bytes);
  }

  /** Repeating it does no harm: the same manifest under the same reference is taken again. */
  putManifest(reference: string, manifest: Manifest): Promise<void> {
    return this.again(async () => {
      const answer = await this.call(`/manifests/${reference}`, {
        method: "PUT",
        headers: { "content-type": manifest.type },
        body: new Uint8Array(manifest.bytes),
      });
      if (!answer.ok) throw this.failure(answer, `writing manifest ${reference}`);
    });
  }

  hasBlob(digest: string): Promise<boolean> {
    return this.again(async () => {
      const answer = await this.call(`/blobs/${digest}`, { method: "HEAD" });
      if (answer.ok) return true;
      if (answer.status === 404) return false;
      throw this.failure(answer, `looking for layer ${digest}`);
    });
  }

  /** A layer's bytes as they come; whoever reads them compares them with the digest. */
  readBlob(digest: string): Promise<ReadableStream<Uint8Array>> {
    return this.again(async () => {
      const answer = await this.call(`/blobs/${digest}`);
      if (!answer.ok || !answer.body) throw this.failure(answer, `reading layer ${digest}`);
      return answer.body;
    });
  }

  private again<T>(attempt: () => Promise<T>): Promise<T> {
    return persistently(attempt, this.pauses);
  }
}
