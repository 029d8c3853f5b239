import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { ask } from "./ask";
import { BundledService, type Child } from "./child-process";
import {
  API_TOKEN_PEPPER,
  apiEnvironment,
  identity,
  SESSION_KEY,
  webEnvironment,
} from "./environments";
import { Wire } from "./wire";

describe("the process of a service", () => {
  let web: BundledService;
  let api: BundledService;
  const children: Child[] = [];
  before(async () => {
    [web, api] = await Promise.all([BundledService.make("web"), BundledService.make("api")]);
  });
  after(async () => {
    for (const child of children) child.signal("SIGKILL");
    await Promise.all(children.map(({ exit }) => exit));
    await Promise.all([web.remove(), api.remove()]);
  });
  const run = (
    service: BundledService,
    environment: NodeJS.ProcessEnv,
    ...rest: string[]
  ): Child => {
    const child = service.run(environment, ...rest);
    children.push(child);
    return child;
  };

  it("says where it listens and what it is, one JSON object a line", async () => {
    const child = run(web, webEnvironment);
    const { level, time, port, ...line } = await child.line("listening");
    assert.deepEqual(line, { msg: "listening", ...identity });
    assert.equal(level, "info");
    assert.match(String(time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.equal((await ask(Number(port), "/readyz")).status, 200);
  });

  it("finishes what is in flight after SIGTERM and exits with 0", async () => {
    const child = run(web, { ...webEnvironment, DRAIN_LAME_DUCK_MS: "100" });
    const port = await child.port();
    const idle = await Wire.open(port);
    await idle.get("/version");
    const posting = await Wire.open(port);
    posting.write("POST /echo HTTP/1.1\r\nHost: sample\r\nContent-Length: 10\r\n\r\nfirst");
    const slow = ask(port, "/slow?ms=400");
    await sleep(50);
    child.signal("SIGTERM");
    await child.line("draining");
    child.signal("SIGTERM");
    assert.equal((await ask(port, "/readyz")).status, 503);
    await idle.closed;
    await assert.rejects(ask(port, "/readyz"), { code: "ECONNREFUSED" });
    posting.write("-last");
    assert.match(await posting.answer(), /\r\n\r\nfirst-last$/);
    assert.equal((await slow).status, 200);
    assert.equal(await child.exit, 0);
    const told = child.lines().map(({ level, msg }) => `${String(level)}: ${String(msg)}`);
    assert.deepEqual(told, ["info: listening", "info: draining", "info: drained"]);
  });

  it("exits with 1 and says so when the drain takes too long", async () => {
    const limits = { DRAIN_LAME_DUCK_MS: "0", DRAIN_TIMEOUT_MS: "150" };
    const child = run(web, { ...webEnvironment, ...limits });
    const slow = assert.rejects(ask(await child.port(), "/slow?ms=9000"));
    await sleep(50);
    child.signal("SIGTERM");
    assert.equal(await child.exit, 1);
    await slow;
    const { time, ...line } = await child.line("gave up draining");
    assert.ok(time);
    assert.deepEqual(line, {
      level: "error",
      msg: "gave up draining",
      timeoutMs: 150,
      abandonedRequests: 1,
    });
  });

  it("exits with 1 and one clear line when its environment is wrong", async () => {
    const child = run(api, { ...apiEnvironment, PORT: "http", API_TOKEN_PEPPER: "short-canary" });
    assert.equal(await child.exit, 1);
    const [line, ...others] = child.lines();
    assert.deepEqual(others, []);
    assert.equal(
      line?.["msg"],
      'bad environment: PORT is "http": give a whole number from 0 to 65535; ' +
        "API_TOKEN_PEPPER is too short: give a secret of 16 characters or more",
    );
    assert.ok(!child.output.includes("short-canary"));
  });

  it("exits with 1 and names the port when that is taken", async () => {
    const other = createServer().listen(0, "0.0.0.0");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const child = run(api, { ...apiEnvironment, PORT: String(port) });
    assert.equal(await child.exit, 1);
    assert.match(
      String(child.lines()[0]?.["msg"]),
      new RegExp(`address already in use.*:${port}$`),
    );
    other.close();
  });

  it("refuses an argument that it does not know", async () => {
    const child = run(web, webEnvironment, "--verbose");
    assert.equal(await child.exit, 1);
    assert.match(
      child.output,
      /unknown argument: allowed are --healthcheck, --expect, or none to serve/,
    );
  });

  it("checks the health of the service beside it", async () => {
    const port = String(await run(api, apiEnvironment).port());
    const check = run(api, { PORT: port }, "--healthcheck");
    assert.equal(await check.exit, 0);
    assert.equal(check.output, "");
  });

  it("finds a service beside it that is gone, failing or silent", async () => {
    const failing = createServer((_, response) => response.writeHead(500).end()).listen(0);
    const { port } = failing.address() as AddressInfo;
    const check = run(web, { PORT: String(port) }, "--healthcheck");
    assert.equal(await check.exit, 1);
    assert.match(check.output, /\/healthz answered 500/);
    await new Promise((resolve) => failing.close(resolve));
    const gone = run(web, { PORT: String(port) }, "--healthcheck");
    assert.equal(await gone.exit, 1);
    assert.match(gone.output, /ECONNREFUSED/);
    const blind = run(web, {}, "--healthcheck");
    assert.equal(await blind.exit, 1);
    assert.match(blind.output, /PORT is not set/);
  });

  it("never tells a secret, in an answer or in the log", async () => {
    const environment = { ...webEnvironment, ...apiEnvironment };
    const told: string[] = [];
    for (const service of [web, api]) {
      const child = run(service, { ...environment, DRAIN_LAME_DUCK_MS: "0" });
      const port = await child.port();
      const json = { "content-type": "application/json" };
      const body = '{"items":[{"sku":"A","quantity":1}]}';
      const answers = await Promise.all([
        ...["/", "/version", "/healthz", "/readyz", "/slow?ms=1", "/slow", "/orders", "/x"].map(
          (path) => ask(port, path),
        ),
        ask(port, "/", { headers: { cookie: `visits=1.${"0".repeat(64)}` } }),
        ask(port, "/echo", { method: "POST", body: "x" }),
        ask(port, "/orders", { method: "POST", headers: json, body }),
        ask(port, "/orders", { method: "POST", headers: json, body: "{}" }),
      ]);
      child.signal("SIGTERM");
      assert.equal(await child.exit, 0);
      told.push(child.output, ...answers.map((answer) => JSON.stringify(answer)));
    }
    const everything = told.join("\n");
    for (const secret of [SESSION_KEY, API_TOKEN_PEPPER]) {
      for (const encoding of ["utf8", "hex", "base64"] as const) {
        assert.ok(!everything.includes(Buffer.from(secret).toString(encoding)));
      }
    }
    assert.match(everything, /"receipt\\":\\"[0-9a-f]{64}/);
    assert.match(everything, /visits=1\.[0-9a-f]{64}/);
  });
});
