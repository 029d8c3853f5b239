import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export const TOKEN = Buffer.from("AWS:token").toString("base64");

export const digestOf = (bytes: Buffer | string): string =>
  `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

export const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
export const INDEX = "application/vnd.oci.image.index.v1+json";

interface Stored {
  readonly type: string;
  readonly bytes: Buffer;
}

/** One repository over HTTP with as much of the protocol as a copy needs; tags can't be overwritten. */
export class FakeRegistry {
  /** `METHOD PATH` of each request, below the repository. */
  readonly requests: string[] = [];
  readonly blobs = new Map<string, Buffer>();
  /** By digest. */
  readonly manifests = new Map<string, Stored>();
  readonly tags = new Map<string, string>();
  /** Answers a request itself where it says so. */
  refuse: (request: string) => number | undefined = () => undefined;
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => {
        response.writeHead(500, String(error)).end();
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  putBlob(content: string): { digest: string; size: number } {
    const bytes = Buffer.from(content);
    this.blobs.set(digestOf(bytes), bytes);
    return { digest: digestOf(bytes), size: bytes.length };
  }

  putManifest(content: object, type = MANIFEST): string {
    // Odd spacing: a copy that is written anew, and not byte for byte, has another digest.
    const bytes = Buffer.from(JSON.stringify(content, null, 3));
    this.manifests.set(digestOf(bytes), { type, bytes });
    return digestOf(bytes);
  }

  /** Requests that change something. */
  get writes(): string[] {
    return this.requests.filter((request) => /^(PUT|POST)/.test(request));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body: Buffer[] = [];
    for await (const chunk of request) body.push(chunk as Buffer);
    const { pathname, searchParams } = new URL(request.url ?? "", "http://registry");
    const path = pathname.replace("/v2/switchyard/web", "");
    const asked = `${request.method ?? ""} ${path}`;
    this.requests.push(asked);
    const refused = this.refuse(asked);
    if (request.headers.authorization !== `Basic ${TOKEN}`) response.writeHead(401).end();
    else if (refused !== undefined) response.writeHead(refused).end();
    else this.serve(asked, path, searchParams, Buffer.concat(body), request, response);
  }

  private serve(
    asked: string,
    path: string,
    query: URLSearchParams,
    body: Buffer,
    { headers }: IncomingMessage,
    response: ServerResponse,
  ): void {
    const name = path.split("/").at(-1) ?? "";
    if (asked.startsWith("GET /manifests/")) {
      const found = this.manifests.get(this.tags.get(name) ?? name);
      if (!found) response.writeHead(404).end();
      else response.writeHead(200, { "content-type": found.type }).end(found.bytes);
    } else if (asked.startsWith("PUT /manifests/")) {
      this.storeManifest(name, { type: headers["content-type"] ?? "", bytes: body }, response);
    } else if (asked === "POST /blobs/uploads/") {
      response.writeHead(202, { location: "/v2/switchyard/web/blobs/uploads/1?state=x" }).end();
    } else if (asked.startsWith("PUT /blobs/uploads/")) {
      const digest = query.get("digest") ?? "";
      const whole = digestOf(body) === digest && query.get("state") === "x";
      if (whole) this.blobs.set(digest, body);
      response.writeHead(whole ? 201 : 400).end();
    } else {
      const blob = this.blobs.get(name);
      response.writeHead(blob ? 200 : 404).end(asked.startsWith("HEAD") ? undefined : blob);
    }
  }

  /** A registry takes a manifest only when it has all that it names. */
  private storeManifest(reference: string, stored: Stored, response: ServerResponse): void {
    const content = JSON.parse(stored.bytes.toString()) as {
      manifests?: { digest: string }[];
      config?: { digest: string };
      layers?: { digest: string }[];
    };
    const blobs = [...(content.layers ?? []), ...(content.config ? [content.config] : [])];
    const whole =
      blobs.every(({ digest }) => this.blobs.has(digest)) &&
      (content.manifests ?? []).every(({ digest }) => this.manifests.has(digest));
    const free = !this.tags.has(reference);
    if (!whole || !free) {
      response.writeHead(400).end();
      return;
    }
    const digest = digestOf(stored.bytes);
    this.manifests.set(digest, stored);
    if (!reference.startsWith("sha256:")) this.tags.set(reference, digest);
    response.writeHead(201).end();
  }
}
