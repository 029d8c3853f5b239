import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { HEADING } from "../../../app/web/page";
import { ask } from "./ask";
import { identity } from "./environments";
import { startWeb, type RunningService } from "./in-process";
import { Wire } from "./wire";

describe("the web service", () => {
  let web: RunningService;
  before(async () => {
    web = await startWeb();
  });
  after(() => web.stop());

  it("tells what it is, and no more", async () => {
    const { status, headers, body } = await ask(web.port, "/version");
    assert.equal(status, 200);
    assert.equal(headers["content-type"], "application/json; charset=utf-8");
    assert.equal(headers["cache-control"], "no-store");
    assert.deepEqual(JSON.parse(body), identity);
  });

  it("is alive and ready", async () => {
    const alive = await ask(web.port, "/healthz");
    const ready = await ask(web.port, "/readyz");
    assert.deepEqual([alive.status, alive.body], [200, '{"status":"alive"}\n']);
    assert.deepEqual([ready.status, ready.body], [200, '{"status":"ready"}\n']);
  });

  it("shows a person the heading, slot, service, short release and digest", async () => {
    const { status, headers, body } = await ask(web.port, "/");
    assert.equal(status, 200);
    assert.equal(headers["content-type"], "text/html; charset=utf-8");
    assert.ok(body.includes(`<h1>${HEADING}</h1>`));
    assert.ok(body.includes('<body class="blue">'));
    assert.ok(body.includes('<span class="slot">blue</span>'));
    assert.ok(body.includes("<dd>web</dd>"));
    assert.ok(body.includes(`<code>${identity.release.slice(0, 12)}</code>`));
    assert.ok(!body.includes(identity.release));
    assert.ok(body.includes(`<code>${identity.digest}</code>`));
  });

  it("answers HEAD like GET, without the body", async () => {
    const get = await ask(web.port, "/version");
    const head = await ask(web.port, "/version", { method: "HEAD" });
    assert.deepEqual([head.status, head.body], [200, ""]);
    assert.equal(head.headers["content-length"], get.headers["content-length"]);
  });

  it("ignores the query of a path that takes none", async () => {
    assert.equal((await ask(web.port, "/version?a=b?c")).status, 200);
  });

  it("waits as long as it is told to", async () => {
    const start = performance.now();
    const { status, body } = await ask(web.port, "/slow?ms=60");
    assert.deepEqual([status, JSON.parse(body)], [200, { waitedMs: 60 }]);
    assert.ok(performance.now() - start >= 55);
  });

  for (const query of [
    "",
    "?ms=",
    "?ms=-1",
    "?ms=10001",
    "?ms=99999",
    "?ms=1e3",
    "?ms=1.5",
    "?ms=x",
  ]) {
    it(`refuses to wait for /slow${query}`, async () => {
      const { status, body } = await ask(web.port, `/slow${query}`);
      const problem = "must be a whole number from 0 to 10000";
      assert.equal(status, 400);
      assert.deepEqual(JSON.parse(body), {
        error: {
          code: "invalid_query",
          message: `ms ${problem}`,
          fields: [{ field: "ms", problem }],
        },
      });
    });
  }

  it("answers in chunks, each when it is due", async () => {
    const start = performance.now();
    const wire = await Wire.open(web.port);
    // The wire knows no chunks: to it the answer is complete with its head, which comes with the first one.
    await wire.get("/stream?chunks=3&ms=200");
    assert.ok(performance.now() - start < 500, "the first comes before the last is due");
    wire.end();
    const { status, headers, body } = await ask(web.port, "/stream?chunks=3&ms=40");
    assert.deepEqual([status, body], [200, "chunk 1 of 3\nchunk 2 of 3\nchunk 3 of 3\n"]);
    assert.equal(headers["content-length"], undefined);
  });

  it("answers HEAD of a streamed path without waiting for the chunks", async () => {
    const start = performance.now();
    const { status, body } = await ask(web.port, "/stream?chunks=3&ms=1000", { method: "HEAD" });
    assert.deepEqual([status, body], [200, ""]);
    assert.ok(performance.now() - start < 900);
  });

  for (const [query, problem] of [
    ["?chunks=0&ms=1", "chunks must be a whole number from 1 to 100"],
    ["?chunks=101&ms=1", "chunks must be a whole number from 1 to 100"],
    ["?chunks=2&ms=1001", "ms must be a whole number from 0 to 1000"],
    ["?chunks=2", "ms must be a whole number from 0 to 1000"],
  ] as const) {
    it(`refuses to answer /stream${query}`, async () => {
      const { status, body } = await ask(web.port, `/stream${query}`);
      assert.equal(status, 400);
      assert.ok(body.includes(problem), body);
    });
  }

  it("logs nothing when a client leaves in the middle of an answer in chunks", async () => {
    const own = await startWeb();
    const wire = await Wire.open(own.port);
    await wire.get("/stream?chunks=100&ms=20");
    wire.end();
    await sleep(100);
    await own.stop();
    assert.deepEqual(own.logLines, []);
  });

  it("sends back the bytes of a POST as plain data", async () => {
    const sent = '<script>alert("é")</script>';
    const { status, headers, body } = await ask(web.port, "/echo", { method: "POST", body: sent });
    assert.deepEqual([status, body], [200, sent]);
    assert.equal(headers["content-type"], "application/octet-stream");
    assert.equal(headers["x-content-type-options"], "nosniff");
  });

  it("sends back an empty body", async () => {
    const { status, body } = await ask(web.port, "/echo", { method: "POST" });
    assert.deepEqual([status, body], [200, ""]);
  });

  it("takes a body of exactly 64 KiB", async () => {
    const sent = "x".repeat(64 * 1024);
    const { status, body } = await ask(web.port, "/echo", { method: "POST", body: sent });
    assert.equal(status, 200);
    assert.ok(body === sent);
  });

  for (const [title, headers] of [
    ["of a known length", {}],
    ["in chunks", { "transfer-encoding": "chunked" }],
  ] as const) {
    it(`refuses a body beyond 64 KiB ${title}`, async () => {
      const body = "x".repeat(64 * 1024 + 1);
      const answer = await ask(web.port, "/echo", { method: "POST", headers, body });
      assert.equal(answer.status, 413);
      assert.deepEqual(JSON.parse(answer.body), {
        error: { code: "body_too_large", message: "the body is larger than 65536 bytes" },
      });
    });
  }

  it("lets a client that sends a megabyte read why it was refused", async () => {
    const body = Buffer.alloc(1_000_000);
    for (let round = 0; round < 5; round += 1) {
      assert.equal((await ask(web.port, "/echo", { method: "POST", body })).status, 413);
      assert.equal((await ask(web.port, "/nowhere", { method: "POST", body })).status, 404);
    }
  });

  it("hangs up on a client that sends without end", async () => {
    const body = Buffer.alloc(32 * 1024 * 1024);
    const answer = await ask(web.port, "/echo", { method: "POST", body }).catch(
      (error: unknown) => error as NodeJS.ErrnoException,
    );
    // Its system may or may not drop the answer that it had no eye for.
    if (answer instanceof Error) assert.match(answer.code ?? "", /^(EPIPE|ECONNRESET)$/);
    else assert.deepEqual([answer.status, answer.headers.connection], [413, "close"]);
    assert.equal((await ask(web.port, "/healthz")).status, 200);
  });

  it("forgets a POST whose client goes away in the middle of the body", async () => {
    const wire = await Wire.open(web.port);
    wire.write("POST /echo HTTP/1.1\r\nHost: sample\r\nContent-Length: 9\r\n\r\nhalf");
    wire.end();
    await wire.closed;
    assert.equal((await ask(web.port, "/healthz")).status, 200);
  });

  it("answers an unknown path with 404", async () => {
    for (const path of ["/nothing", "//", "/version/", "/%zz", "/orders"]) {
      const { status, headers, body } = await ask(web.port, path);
      assert.equal(status, 404, path);
      assert.equal(headers["content-type"], "application/json; charset=utf-8");
      assert.deepEqual(JSON.parse(body), {
        error: { code: "not_found", message: "there is nothing at this path" },
      });
    }
  });

  it("answers an unknown method with 405 and what is allowed", async () => {
    const deletion = await ask(web.port, "/", { method: "DELETE" });
    assert.deepEqual([deletion.status, deletion.headers.allow], [405, "GET, HEAD"]);
    const get = await ask(web.port, "/echo");
    assert.deepEqual([get.status, get.headers.allow], [405, "POST"]);
    assert.deepEqual(JSON.parse(get.body), {
      error: { code: "method_not_allowed", message: "this path answers POST" },
    });
  });

  it("logs no line for a request that it answered", () => {
    assert.deepEqual(web.logLines, []);
  });
});
