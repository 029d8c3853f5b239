import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** How requests ended since the load began. */
export interface LoadCounts {
  readonly served: number;
  /** Errors, time-outs, answers other than 2xx, and answers that are not what was asked for. */
  readonly failed: number;
  /** What the failures were, by kind. */
  readonly failures: Readonly<Record<string, number>>;
  /** Answers by the release (its first 12 digits) that gave them, in the order in which they came up. */
  readonly byRelease: Readonly<Record<string, number>>;
}

export interface LoadOptions {
  readonly port: number;
  /** Host of the load balancer's URL. */
  readonly host: string;
  /** Requests begun a second, whatever the answers take. */
  readonly requestsPerSecond: number;
}

interface Shape {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
  readonly type?: string;
  /** What the answer must hold. */
  readonly expect: RegExp;
}

const timeoutMs = 15_000;
const tickMs = 20;
/** More than are under way at 400 a second: one answer in twelve takes a second. */
const maxSockets = 96;
const order = JSON.stringify({ items: [{ sku: "TEA-1", quantity: 2 }], note: "under load" });
const echo = "x".repeat(2000);

const streamed = Array.from({ length: 5 }, (_, index) => `chunk ${index + 1} of 5\n`).join("");

const quick: readonly Shape[] = [
  { method: "GET", path: "/version", expect: /"service":"web"/ },
  { method: "GET", path: "/", expect: /<\/html>/ },
  { method: "POST", path: "/orders", body: order, type: "application/json", expect: /TEA-1/ },
  { method: "GET", path: "/orders?limit=2", expect: /"orders"/ },
  { method: "POST", path: "/echo", body: echo, type: "text/plain", expect: /x{2000}/ },
];
const slow: Shape = { method: "GET", path: "/slow?ms=250", expect: /"waitedMs":250/ };
/** A second long; all of it must come, in order. */
const inChunks: Shape = {
  method: "GET",
  path: "/stream?chunks=5&ms=200",
  expect: new RegExp(`^${streamed}$`),
};

/** One in six is slow, one in twelve is streamed. */
const shapes: readonly Shape[] = [...quick, slow, ...quick, inChunks];

/**
 * Requests at a steady rate over keep-alive connections: pages, JSON, POSTs with a body, slow and streamed answers.
 * No request is sent twice and none is forgotten: each ends as served or as failed.
 */
export class Load {
  private readonly options: LoadOptions;
  private readonly agent = new Agent({ keepAlive: true, maxSockets });
  private readonly failures: Record<string, number> = {};
  private readonly byRelease: Record<string, number> = {};
  private readonly pacing: Promise<void>;
  private readonly began = performance.now();
  private begun = 0;
  private served = 0;
  private failed = 0;
  private stopped = false;

  constructor(options: LoadOptions) {
    this.options = options;
    this.pacing = this.pace();
  }

  private async pace(): Promise<void> {
    while (!this.stopped) {
      const due = ((performance.now() - this.began) / 1000) * this.options.requestsPerSecond;
      for (; this.begun < due; this.begun++) this.send(shapes[this.begun % shapes.length] as Shape);
      await sleep(tickMs);
    }
  }

  private send(shape: Shape): void {
    const { port, host } = this.options;
    const headers = {
      host,
      ...(shape.body !== undefined && {
        "content-type": shape.type,
        "content-length": Buffer.byteLength(shape.body),
      }),
    };
    const { method, path } = shape;
    const call = request({ agent: this.agent, host: "127.0.0.1", port, method, path, headers });
    call.setTimeout(timeoutMs, () => call.destroy(new Error("time-out")));
    call.once("error", (error: NodeJS.ErrnoException) => {
      this.fail(`${method} ${path}: ${error.code ?? error.message}`);
    });
    call.once("response", (answer) => {
      let body = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => (body += chunk));
      answer.once("error", (error) => {
        this.fail(`${method} ${path}: answer broken off: ${error.message}`);
      });
      answer.once("end", () => {
        this.judge(shape, answer.statusCode ?? 0, body);
      });
    });
    call.end(shape.body);
  }

  private judge({ method, path, expect }: Shape, status: number, body: string): void {
    if (status < 200 || status > 299) {
      this.fail(`${method} ${path}: status ${status}`);
    } else if (!expect.test(body)) {
      this.fail(`${method} ${path}: another answer`);
    } else {
      this.served++;
      const release = /"release":"([0-9a-f]{12})/.exec(body)?.[1];
      if (release !== undefined) this.byRelease[release] = (this.byRelease[release] ?? 0) + 1;
    }
  }

  private fail(kind: string): void {
    this.failed++;
    this.failures[kind] = (this.failures[kind] ?? 0) + 1;
  }

  get counts(): LoadCounts {
    const { served, failed, failures, byRelease } = this;
    return { served, failed, failures: { ...failures }, byRelease: { ...byRelease } };
  }

  /** Answers a second so far. */
  get rate(): number {
    return ((this.served + this.failed) * 1000) / (performance.now() - this.began);
  }

  /** Waits until `count` requests have ended. */
  async reach(count: number): Promise<void> {
    while (this.served + this.failed < count) await sleep(100);
  }

  /** Sends no more and waits for nothing: for a run that has failed already. */
  abandon(): void {
    this.stopped = true;
    this.agent.destroy();
  }

  /** Sends no more, and waits until every request that was begun has ended. */
  async stop(): Promise<LoadCounts> {
    this.stopped = true;
    await this.pacing;
    await this.reach(this.begun);
    this.agent.destroy();
    return this.counts;
  }
}
