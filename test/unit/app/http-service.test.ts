import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { json } from "../../../app/shared/reply";
import { ask } from "./ask";
import { startRoutes, type RunningService } from "./in-process";
import { Wire } from "./wire";

/** What is sent before an await of its own has left the service when it fails. */
async function* breaksOff(): AsyncGenerator<string> {
  yield "the beginning\n";
  await sleep(20);
  throw new Error("no more of it");
}

describe("the http service", () => {
  const events = new EventEmitter();
  let running: RunningService;
  before(async () => {
    running = await startRoutes([
      {
        method: "GET",
        path: "/broken",
        handler: () => {
          throw new Error("the inside of the service");
        },
      },
      {
        method: "GET",
        path: "/wait",
        handler: async ({ signal }) => {
          events.emit("waiting");
          await once(signal, "abort");
          events.emit("forgotten");
          signal.throwIfAborted();
          return json(200, {});
        },
      },
      {
        method: "GET",
        path: "/breaks-off",
        handler: () => ({ status: 200, body: breaksOff() }),
      },
      { method: "GET", path: "/a/:one/:two", handler: ({ parameters }) => json(200, parameters) },
    ]);
  });
  after(() => running.stop());

  it("hides why it failed from the client and tells it to the log, in one line", async () => {
    const { status, body } = await ask(running.port, "/broken");
    assert.equal(status, 500);
    assert.deepEqual(JSON.parse(body), {
      error: { code: "internal", message: "the service failed to answer this request" },
    });
    assert.equal(running.logLines.length, 1);
    const line = JSON.parse(running.logLines[0] ?? "") as Record<string, string>;
    assert.deepEqual(Object.keys(line), ["level", "msg", "time", "detail"]);
    assert.deepEqual([line["level"], line["msg"]], ["error", "a request failed"]);
    assert.match(line["detail"] ?? "", /^Error: the inside of the service\n/);
  });

  it("breaks an answer off that it cannot finish, for the client to see, and logs why", async () => {
    const before = running.logLines.length;
    await assert.rejects(ask(running.port, "/breaks-off"), { code: "ECONNRESET" });
    while (running.logLines.length === before) await sleep(10);
    assert.match(running.logLines.at(-1) ?? "", /a request failed.*Error: no more of it/);
  });

  it("gives a route the parts of its path", async () => {
    const { body } = await ask(running.port, "/a/x%20y/z");
    assert.deepEqual(JSON.parse(body), { one: "x%20y", two: "z" });
    assert.equal((await ask(running.port, "/a//z")).status, 404);
  });

  it("keeps a connection for the next request, after a refusal as well", async () => {
    const wire = await Wire.open(running.port);
    assert.match(await wire.get("/a/b/c"), /^HTTP\/1\.1 200 /);
    assert.match(await wire.get("/nowhere"), /^HTTP\/1\.1 404 /);
    wire.write("POST /a/b/c HTTP/1.1\r\nHost: sample\r\nContent-Length: 4\r\n\r\nbody");
    assert.match(await wire.answer(), /^HTTP\/1\.1 405 /);
    assert.match(await wire.get("/broken"), /^HTTP\/1\.1 500 /);
    assert.match(await wire.get("/healthz"), /^HTTP\/1\.1 200 (.*\r\n)*Connection: keep-alive\r\n/);
    wire.end();
  });

  const malformed: [title: string, sent: string, status: number][] = [
    ["what is not HTTP", "HELLO\r\n\r\n", 400],
    ["a request without a host", "GET / HTTP/1.1\r\n\r\n", 400],
    [
      "two lengths of one body",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      400,
    ],
    [
      "a head that is too large",
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(20_000)}\r\n\r\n`,
      431,
    ],
  ];
  for (const [title, sent, status] of malformed) {
    it(`refuses ${title} and closes`, async () => {
      const wire = await Wire.open(running.port);
      wire.write(sent);
      assert.match(await wire.answer(), new RegExp(`^HTTP/1.1 ${status} `));
      await wire.closed;
    });
  }

  it("tells a route that its client went away, and makes no fuss about it", async () => {
    const wire = await Wire.open(running.port);
    const lines = running.logLines.length;
    const waiting = once(events, "waiting");
    const forgotten = once(events, "forgotten");
    wire.write("GET /wait HTTP/1.1\r\nHost: sample\r\n\r\n");
    await waiting;
    wire.end();
    await forgotten;
    assert.equal(running.logLines.length, lines);
  });

  it("survives a client that goes away in the middle of a body", async () => {
    const wire = await Wire.open(running.port);
    wire.write("POST /a/b/c HTTP/1.1\r\nHost: sample\r\nContent-Length: 9\r\n\r\nhalf");
    wire.end();
    await wire.closed;
    assert.equal((await ask(running.port, "/healthz")).status, 200);
  });
});
