import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from "node:http";
import { Server as NetServer, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { discardRest } from "./body";
import { Connections } from "./connections";
import { ClientGone, HttpError } from "./http-error";
import type { Identity } from "./identity";
import type { Log } from "./log";
import { refuseMalformed } from "./malformed-request";
import { errorReply, json, send, type Reply } from "./reply";
import { findRoute, type Route } from "./router";
import type { DrainLimits } from "./service-config";

/**
 * The server must outlast the load balancer's idle timeout of 60 s, or the balancer sends a request
 * on a connection that is being closed and answers 502.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
 */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const HEADERS_TIMEOUT_MS = KEEP_ALIVE_TIMEOUT_MS + 1_000;
const REQUEST_TIMEOUT_MS = HEADERS_TIMEOUT_MS + 4_000;

/** Says which slot gave an answer: a rehearsal of the rollback tells versions by it. */
const SLOT_HEADER = "x-switchyard-slot";

/** How long an open connection may stay idle after listening has stopped: its request may be on its way. */
const IDLE_GRACE_MS = 250;

export interface DrainResult {
  readonly drained: boolean;
  readonly abandonedRequests: number;
}

/** How a body that comes piece by piece ends when nobody is there any more to take it. */
const isClientGone = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === "AbortError" ||
    (error as NodeJS.ErrnoException).code === "ERR_STREAM_PREMATURE_CLOSE");

/** Answers routes and the platform's three endpoints, and goes away without failing a request. */
export class HttpService {
  private readonly server: Server;
  private readonly connections: Connections;
  private readonly routes: readonly Route[];
  private readonly log: Log;
  private readonly always: OutgoingHttpHeaders;
  private draining = false;
  private stopped = false;

  constructor(identity: Identity, routes: readonly Route[], log: Log) {
    this.log = log;
    this.always = { [SLOT_HEADER]: identity.slot };
    this.routes = [
      { method: "GET", path: "/healthz", handler: () => json(200, { status: "alive" }) },
      { method: "GET", path: "/readyz", handler: () => this.readiness() },
      { method: "GET", path: "/version", handler: () => json(200, identity) },
      ...routes,
    ];
    this.server = createServer(
      {
        keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
        headersTimeout: HEADERS_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
      },
      (request, response) => void this.serve(request, response),
    );
    this.server.on("clientError", refuseMalformed);
    this.connections = new Connections(this.server);
  }

  /** @returns the port it listens on */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(port, "0.0.0.0", () => {
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  /** Not ready at once; new requests for a while; then what is in flight; then nothing. */
  async drain({ lameDuckMs, timeoutMs }: DrainLimits): Promise<DrainResult> {
    this.draining = true;
    const deadline = new AbortController();
    const timedOut = sleep(timeoutMs, true, { signal: deadline.signal }).catch(() => false);
    const expired = await Promise.race([this.finish(lameDuckMs, deadline.signal), timedOut]);
    const abandonedRequests = this.connections.requestsInFlight;
    deadline.abort();
    if (expired) this.server.closeAllConnections();
    return { drained: !expired, abandonedRequests };
  }

  private async finish(lameDuckMs: number, signal: AbortSignal): Promise<false> {
    await sleep(lameDuckMs);
    this.stopped = true;
    const closed = new Promise<void>((resolve) => {
      // Not `http.Server`'s own close: that cuts off answers that are still being sent.
      NetServer.prototype.close.call(this.server, () => {
        resolve();
      });
    });
    const closeIdle = (): void => {
      this.connections.closeIdle();
    };
    void sleep(IDLE_GRACE_MS, undefined, { signal }).then(closeIdle, () => undefined);
    await closed;
    return false;
  }

  private readiness(): Reply {
    return this.draining ? json(503, { status: "draining" }) : json(200, { status: "ready" });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    const gone = new AbortController();
    this.connections.begin(socket);
    response.once("close", () => {
      gone.abort();
      const idle = this.connections.end(socket);
      // Its head may have promised to keep the connection, before the drain.
      if (this.stopped && idle) socket.destroySoon();
    });
    let reply: Reply;
    try {
      reply = await this.answer(request, gone.signal);
    } catch (error) {
      if (error instanceof ClientGone || gone.signal.aborted) return;
      if (!(error instanceof HttpError)) this.logFailure(error);
      reply = errorReply(error);
    }
    const complete = await discardRest(request);
    const close = this.draining || !complete;
    const withoutBody = request.method === "HEAD";
    const { always } = this;
    await send(response, reply, { withoutBody, close, always }).catch((error: unknown) => {
      if (!isClientGone(error)) this.logFailure(error);
    });
  }

  private async answer(request: IncomingMessage, signal: AbortSignal): Promise<Reply> {
    const { method = "", url = "" } = request;
    const [path = "", ...search] = url.split("?");
    const { handler, parameters } = findRoute(this.routes, method, path);
    const query = new URLSearchParams(search.join("?"));
    return handler({ request, parameters, query, signal });
  }

  private logFailure(error: unknown): void {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.log("error", "a request failed", { detail });
  }
}
