import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, ServerResponse } from "node:http";
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

/** How ECR departs from the protocol, https://github.com/aws/containers-roadmap/issues/2831 */
const ECR_LEAST_PART = 5 * 1024 * 1024;

/** One repository over HTTP with as much of the protocol as a copy needs; tags can't be overwritten. */
export class FakeRegistry {
  /** `METHOD PATH` of each request, below the repository. */
  readonly requests: string[] = [];
  readonly blobs = new Map<string, Buffer>();
  /** By digest. */
  readonly manifests = new Map<string, Stored>();
  readonly tags = new Map<string, string>();
  /** What was sent of layers that are not committed, by the last part of an upload's path. */
  readonly uploads = new Map<string, Buffer>();
  /** Departs from the protocol as ECR does: in a part's answer, in what it says of an upload, in small parts. */
  isEcr = false;
  /** Bytes that it says of every upload that it has, be that so or not. */
  says: number | undefined;
  /** Whether a layer is given from a byte on. */
  hasRanges = true;
  /** Answers a request itself where it says so; a connection is dropped by 0. */
  refuse: (request: string) => number | undefined = () => undefined;
  /** Whether a request is carried out and its answer lost. */
  lose: (request: string) => boolean = () => false;
  /** Bytes of a layer after which the connection drops, where it says so. */
  cut: (request: string) => number | undefined = () => undefined;
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

  /** As it was made, with nothing in it. */
  reset(): void {
    for (const store of [this.blobs, this.manifests, this.tags, this.uploads]) store.clear();
    this.requests.length = 0;
    this.refuse = this.cut = () => undefined;
    this.lose = () => false;
    [this.isEcr, this.hasRanges, this.says] = [false, true, undefined];
  }

  putBlob(content: string | Uint8Array): { digest: string; size: number } {
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
    return this.requests.filter((request) => /^(PUT|POST|PATCH)/.test(request));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body: Buffer[] = [];
    try {
      for await (const chunk of request) body.push(chunk as Buffer);
    } catch {
      return; // the client is gone
    }
    const { pathname, searchParams } = new URL(request.url ?? "", "http://registry");
    const path = pathname.replace("/v2/switchyard/web", "");
    const asked = `${request.method ?? ""} ${path}`;
    this.requests.push(asked);
    const refused = this.refuse(asked);
    if (request.headers.authorization !== `Basic ${TOKEN}`) response.writeHead(401).end();
    else if (refused === 0) request.socket.destroy();
    else if (refused !== undefined) response.writeHead(refused).end();
    else if (this.lose(asked)) {
      this.serve(
        asked,
        path,
        searchParams,
        Buffer.concat(body),
        request,
        new ServerResponse(request),
      );
      request.socket.destroy();
    } else this.serve(asked, path, searchParams, Buffer.concat(body), request, response);
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
      const upload = String(this.uploads.size + 1);
      this.uploads.set(upload, Buffer.alloc(0));
      response.writeHead(202, { location: this.locationOf(upload) }).end();
    } else if (path.startsWith("/blobs/uploads/")) {
      this.upload(asked, query, body, headers["content-range"], response);
    } else this.giveBlob(asked, headers.range, response);
  }

  private locationOf(upload: string): string {
    return `/v2/switchyard/web/blobs/uploads/${upload}?state=x`;
  }

  private giveBlob(asked: string, range: string | undefined, response: ServerResponse): void {
    const blob = this.blobs.get(asked.split("/").at(-1) ?? "");
    const from = this.hasRanges ? Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0) : 0;
    const given = blob?.subarray(from);
    response.writeHead(given ? (from > 0 ? 206 : 200) : 404, {
      "content-length": given?.length ?? 0,
    });
    const cut = asked.startsWith("GET") ? this.cut(asked) : undefined;
    if (given === undefined || asked.startsWith("HEAD")) response.end();
    else if (cut === undefined) response.end(given);
    else response.write(given.subarray(0, cut), () => response.destroy());
  }

  private upload(
    asked: string,
    query: URLSearchParams,
    body: Buffer,
    range: string | undefined,
    response: ServerResponse,
  ): void {
    const name = asked.split("/").at(-1) ?? "";
    const before = this.uploads.get(name);
    const method = asked.split(" ")[0] ?? "";
    const [, from = "0"] = /^(\d+)-\d+$/.exec(range ?? "") ?? [];
    if (!before || query.get("state") !== "x" || (this.isEcr && method === "GET"))
      response.writeHead(404).end();
    else if (method === "DELETE") {
      this.uploads.delete(name);
      response.writeHead(204).end();
    } else if (method === "GET") {
      const location = this.locationOf(name);
      response
        .writeHead(204, { location, range: `0-${Math.max(0, (this.says ?? before.length) - 1)}` })
        .end();
    } else if (Number(from) !== before.length) response.writeHead(416).end();
    else if (method === "PATCH") {
      const isSmall = this.isEcr && body.length < ECR_LEAST_PART;
      if (!isSmall) this.uploads.set(name, Buffer.concat([before, body]));
      const end = this.isEcr && before.length > 0 ? ECR_LEAST_PART : before.length + body.length;
      const head = { location: this.locationOf(name), range: `0-${end - 1}` };
      response.writeHead(isSmall ? 400 : this.isEcr ? 201 : 202, head).end();
    } else this.commit(name, query.get("digest") ?? "", body, response);
  }

  private commit(name: string, digest: string, last: Buffer, response: ServerResponse): void {
    const whole = Buffer.concat([this.uploads.get(name) ?? Buffer.alloc(0), last]);
    const isRight = digestOf(whole) === digest;
    if (isRight) this.blobs.set(digest, whole);
    if (isRight) this.uploads.delete(name);
    response.writeHead(isRight ? 201 : 400).end();
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
