import {
  createServer,
  type IncomingMessage,
  request as send,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

const LOOPBACK = "127.0.0.1";
const MEBIBYTE = 2 ** 20;

/** Stands between the copier and a registry on this machine: it counts, tells of moments and does what networks do. */
export class Between {
  /** Bytes of layers that came from the copier. */
  layerBytes = 0;
  requests = 0;
  /** Is told of each request that comes, each MiB that passes, and each answer that has gone; drops the connection if it says so. */
  onMoment: () => boolean = () => false;
  /** What the copier gets in place of an answer's body. */
  change: ((path: string, body: Buffer) => Buffer) | undefined;
  private readonly port: number;
  private readonly server: Server;
  private sinceMoment = 0;

  /** @param port of the registry */
  constructor(port: number) {
    this.port = port;
    this.server = createServer((request, response) => {
      this.pass(request, response);
    });
  }

  /** @returns address and port */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, LOOPBACK, resolve));
    return `${LOOPBACK}:${this.ownPort}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  reset(): void {
    this.layerBytes = this.requests = this.sinceMoment = 0;
    this.onMoment = () => false;
    this.change = undefined;
  }

  private get ownPort(): number {
    return (this.server.address() as AddressInfo).port;
  }

  private pass(request: IncomingMessage, response: ServerResponse): void {
    const { method = "", url = "", headers } = request;
    this.requests++;
    const isLayer = /^(PATCH|PUT)$/.test(method) && url.includes("/blobs/uploads/");
    const drop = (): void => {
      if (this.onMoment()) request.socket.destroy();
    };
    const count = (chunk: Buffer): void => {
      this.sinceMoment += chunk.length;
      if (this.sinceMoment < MEBIBYTE) return;
      this.sinceMoment = 0;
      drop();
    };
    const upstream = send({
      ...{ host: LOOPBACK, port: this.port, method, path: url, agent: false },
      headers: { ...headers, host: `${LOOPBACK}:${this.port}` },
    });
    upstream.on("error", () => response.destroy());
    upstream.on("response", (answer) => {
      this.answer(url, answer, response, count).then(drop, () => response.destroy());
    });
    // One that is cut off goes on to the registry as one that is cut off.
    request.on("close", () => {
      if (!request.complete) upstream.destroy();
    });
    request.on("data", (chunk: Buffer) => {
      if (isLayer) this.layerBytes += chunk.length;
      count(chunk);
    });
    request.pipe(upstream);
    drop();
  }

  private async answer(
    path: string,
    answer: IncomingMessage,
    response: ServerResponse,
    count: (chunk: Buffer) => void,
  ): Promise<void> {
    const headers = { ...answer.headers };
    headers.location = headers.location?.replace(`:${this.port}/`, `:${this.ownPort}/`);
    if (headers.location === undefined) delete headers.location;
    const status = answer.statusCode ?? 502;
    if (this.change && status === 200) {
      const body = this.change(path, await buffer(answer));
      response.writeHead(status, { ...headers, "content-length": body.length }).end(body);
      return;
    }
    response.writeHead(status, headers);
    answer.on("data", count);
    await new Promise<void>((resolve, reject) => {
      answer.on("error", reject);
      response.on("close", resolve);
      answer.pipe(response);
    });
  }
}
