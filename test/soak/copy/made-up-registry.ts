import { createHash, randomBytes, type Hash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { digestOf } from "./sample-image";

const MEBIBYTE = 2 ** 20;
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

/**
 * A registry for an image that is too large to be kept: what it gives of the layer is made as it is asked for, and what it gets
 * is hashed and forgotten. It is source and target in one, told apart by `Host`, and gives the token as AWS does.
 */
export class MadeUpRegistry {
  readonly digest: string;
  /** Digests of what was committed. */
  readonly committed = new Set<string>();
  bytes = 0;
  private readonly layer: { readonly digest: string; readonly size: number };
  private readonly manifest: Buffer;
  private readonly config = Buffer.from("{}");
  private readonly piece = randomBytes(MEBIBYTE);
  private readonly server: Server;
  private target = "";
  private upload: { readonly hash: Hash; bytes: number } | undefined;
  private copied: Buffer | undefined;

  constructor(mebibytes: number) {
    const hash = createHash("sha256");
    for (const piece of this.pieces(mebibytes)) hash.update(piece);
    this.layer = { digest: `sha256:${hash.digest("hex")}`, size: mebibytes * MEBIBYTE };
    const config = { digest: digestOf(this.config), size: this.config.length };
    this.manifest = Buffer.from(JSON.stringify({ config, layers: [this.layer] }));
    this.digest = digestOf(this.manifest);
    this.server = createServer((request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
  }

  /** @returns where it is found as source, and as target */
  async start(): Promise<{ source: string; target: string; endpoint: string }> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    const { port } = this.server.address() as AddressInfo;
    this.target = `localhost:${port}`;
    const endpoint = `http://127.0.0.1:${port}`;
    return { source: `127.0.0.1:${port}`, target: this.target, endpoint };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Whether the target has the image, each byte of it hashed as it came. */
  get isCopied(): boolean {
    const parts = [this.layer.digest, digestOf(this.config)];
    return parts.every((each) => this.committed.has(each)) && this.copied !== undefined;
  }

  private *pieces(mebibytes: number): Generator<Buffer> {
    for (let index = 0; index < mebibytes; index++) {
      const piece = Buffer.from(this.piece);
      piece.writeUInt32BE(index);
      yield piece;
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = request;
    const path = new URL(url, "http://registry").pathname;
    const isTarget = headers.host === this.target;
    if (path === "/") await this.token(request, response);
    else if (path.includes("/uploads/")) await this.take(request, response);
    else if (path.includes("/manifests/")) {
      if (method === "PUT") this.copied = Buffer.concat(await request.toArray());
      const found = isTarget ? this.copied : this.manifest;
      const status = method === "PUT" ? 201 : found ? 200 : 404;
      response.writeHead(status, { "content-type": MANIFEST }).end(found);
    } else if (isTarget) {
      response.writeHead(this.committed.has(path.split("/").at(-1) ?? "") ? 200 : 404).end();
    } else if (path.endsWith(this.layer.digest)) {
      response.writeHead(200, { "content-length": this.layer.size });
      Readable.from(this.pieces(this.layer.size / MEBIBYTE)).pipe(response);
    } else response.end(this.config);
  }

  private async token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await request.toArray();
    const authorizationToken = Buffer.from("AWS:made-up").toString("base64");
    const type = "application/x-amz-json-1.1";
    response.writeHead(200, { "content-type": type });
    response.end(JSON.stringify({ authorizationData: [{ authorizationToken }] }));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = "" } = request;
    if (method === "POST") this.upload = { hash: createHash("sha256"), bytes: 0 };
    const upload = this.upload ?? { hash: createHash("sha256"), bytes: 0 };
    for await (const chunk of request as AsyncIterable<Buffer>) {
      upload.hash.update(chunk);
      upload.bytes += chunk.length;
      this.bytes += chunk.length;
    }
    const digest = new URL(url, "http://registry").searchParams.get("digest");
    if (digest === null) {
      const location = `${url.replace(/uploads\/.*/, "uploads/")}one`;
      response.writeHead(202, { location }).end();
    } else {
      const isRight = `sha256:${upload.hash.digest("hex")}` === digest;
      if (isRight) this.committed.add(digest);
      response.writeHead(isRight ? 201 : 400).end();
    }
  }
}
