import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Call } from "../../../app/shared/router";
import { ask } from "./ask";
import { startApi, startRoutes, startWeb, type RunningService } from "./in-process";
import { Wire } from "./wire";

const done = { drained: true, abandonedRequests: 0 };

describe("a drain", () => {
  let web: RunningService;
  beforeEach(async () => {
    web = await startWeb();
  });
  afterEach(() => web.stop());

  it("turns readiness off at once and goes on answering for a while", async () => {
    const drained = web.service.drain({ lameDuckMs: 150, timeoutMs: 2_000 });
    const ready = await ask(web.port, "/readyz");
    assert.deepEqual([ready.status, ready.body], [503, '{"status":"draining"}\n']);
    const late = await Promise.all(
      ["/healthz", "/version", "/"].map((path) => ask(web.port, path)),
    );
    assert.deepEqual(
      late.map(({ status }) => status),
      [200, 200, 200],
    );
    assert.deepEqual(await drained, done);
    await assert.rejects(ask(web.port, "/healthz"), { code: "ECONNREFUSED" });
  });

  it("answers the next request on a kept connection and asks to close it", async () => {
    const wire = await Wire.open(web.port);
    const before = await wire.get("/version");
    assert.match(before, /^HTTP\/1\.1 200 OK\r\n/);
    assert.match(before, /Connection: keep-alive\r\nKeep-Alive: timeout=65\r\n/);
    const drained = web.service.drain({ lameDuckMs: 100, timeoutMs: 2_000 });
    const during = await wire.get("/version");
    assert.match(during, /^HTTP\/1\.1 200 OK\r\n/);
    assert.match(during, /connection: close\r\n/i);
    await wire.closed;
    assert.deepEqual(await drained, done);
  });

  it("closes idle connections, used and unused, once the lame duck is over", async () => {
    const wires = await Promise.all([Wire.open(web.port), Wire.open(web.port)]);
    await wires[0].get("/version");
    assert.deepEqual(await web.service.drain({ lameDuckMs: 0, timeoutMs: 2_000 }), done);
    await Promise.all(wires.map(({ closed }) => closed));
  });

  it("lets slow requests finish, with their connections asked to close", async () => {
    const wire = await Wire.open(web.port);
    const slow = wire.get("/slow?ms=200");
    const fresh = ask(web.port, "/slow?ms=250");
    await sleep(50);
    const drained = web.service.drain({ lameDuckMs: 0, timeoutMs: 2_000 });
    assert.match(await slow, /^HTTP\/1\.1 200 OK\r\n(.*\r\n)*connection: close\r\n/i);
    assert.equal((await fresh).status, 200);
    await wire.closed;
    assert.deepEqual(await drained, done);
  });

  it("sends the last chunk of an answer that comes in chunks", async () => {
    const streamed = ask(web.port, "/stream?chunks=4&ms=60");
    await sleep(50);
    assert.deepEqual(await web.service.drain({ lameDuckMs: 0, timeoutMs: 2_000 }), done);
    assert.match((await streamed).body, /chunk 4 of 4\n$/);
  });

  it("takes the rest of a POST whose body was on its way", async () => {
    const wire = await Wire.open(web.port);
    wire.write("POST /echo HTTP/1.1\r\nHost: sample\r\nContent-Length: 10\r\n\r\nfirst");
    await sleep(50);
    const drained = web.service.drain({ lameDuckMs: 0, timeoutMs: 2_000 });
    await sleep(50);
    wire.write("-last");
    assert.match(await wire.answer(), /^HTTP\/1\.1 200 OK\r\n(.*\r\n)*\r\nfirst-last$/);
    assert.deepEqual(await drained, done);
  });

  it("takes an order that arrives in the lame duck", async () => {
    const api = await startApi();
    const drained = api.service.drain({ lameDuckMs: 100, timeoutMs: 2_000 });
    const { status } = await ask(api.port, "/orders", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"items":[{"sku":"A","quantity":1}]}',
    });
    assert.equal(status, 201);
    assert.deepEqual(await drained, done);
  });

  it("answers a request whose head was on its way", async () => {
    const wire = await Wire.open(web.port);
    wire.write("GET /version HT");
    await sleep(50);
    const drained = web.service.drain({ lameDuckMs: 0, timeoutMs: 2_000 });
    await sleep(50);
    wire.write("TP/1.1\r\nHost: sample\r\n\r\n");
    assert.match(await wire.answer(), /^HTTP\/1\.1 200 OK\r\n/);
    assert.deepEqual(await drained, done);
  });

  it("does not wait for a request whose head never arrives", async () => {
    const wire = await Wire.open(web.port);
    wire.write("GET /version HT");
    await sleep(20);
    assert.deepEqual(await web.service.drain({ lameDuckMs: 0, timeoutMs: 2_000 }), done);
    await wire.closed;
  });

  it("sends the rest of an answer to a slow reader and then closes", async () => {
    const body = Buffer.alloc(32 * 1024 * 1024);
    const large = await startRoutes([
      { method: "GET", path: "/", handler: () => ({ status: 200, body }) },
    ]);
    const socket = connect(large.port, "127.0.0.1").pause();
    socket.write("GET / HTTP/1.1\r\nHost: sample\r\n\r\n");
    await sleep(100);
    const drained = large.service.drain({ lameDuckMs: 0, timeoutMs: 2_000 });
    await sleep(300);
    const closed = once(socket, "close");
    let received = 0;
    socket.on("data", (chunk) => (received += chunk.length)).resume();
    assert.deepEqual(await drained, done);
    await closed;
    assert.ok(received > body.length);
  });

  it("gives up at its limit and tells how many requests it cut off", async () => {
    let begun = 0;
    const handler = async ({ signal }: Call): Promise<never> => {
      begun++;
      return sleep(60_000, undefined, { signal }) as Promise<never>;
    };
    const slow = await startRoutes([{ method: "GET", path: "/", handler }]);
    const requests = [ask(slow.port, "/"), ask(slow.port, "/")];
    const failed = Promise.all(requests.map((request) => assert.rejects(request)));
    while (begun < requests.length) await sleep(5);
    const result = await slow.service.drain({ lameDuckMs: 0, timeoutMs: 100 });
    assert.deepEqual(result, { drained: false, abandonedRequests: 2 });
    await failed;
  });

  it("fails none of the requests that come all the time until it stops listening", async () => {
    const drained = web.service.drain({ lameDuckMs: 1_000, timeoutMs: 2_000 });
    const loop = async (): Promise<void> => {
      for (let count = 0; count < 10; count++) {
        const { status } = await ask(web.port, "/echo", { method: "POST", body: "x" });
        assert.equal(status, 200);
      }
    };
    await Promise.all([loop(), loop(), loop(), loop()]);
    assert.deepEqual(await drained, done);
  });
});
