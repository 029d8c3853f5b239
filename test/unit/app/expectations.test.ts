import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { checkExpectations } from "../../../app/shared/expectations";

const RELEASE = { release: "r".repeat(64), digest: `sha256:${"d".repeat(64)}` };

describe("the expectations of a test", () => {
  let server: Server;
  let target: string;
  let asked: { url: string | undefined; slot: string | string[] | undefined }[];
  let lines: string[];
  beforeEach(async () => {
    [asked, lines] = [[], []];
    server = createServer((request, response) => {
      asked.push({ url: request.url, slot: request.headers["x-slot"] });
      if (request.url === "/version") response.end(JSON.stringify(RELEASE));
      else response.writeHead(404).end("not here");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  const check = (expectations: object[], environment = {}): Promise<void> =>
    checkExpectations(
      {
        TEST_URL: `http://${target}`,
        TEST_HEADERS: '{"x-slot":"green"}',
        TEST_EXPECTATIONS: JSON.stringify(expectations),
        RELEASE_ID: RELEASE.release,
        IMAGE_DIGEST: RELEASE.digest,
        ...environment,
      },
      (line) => lines.push(line),
    );

  it("hold where the answers are as expected, and are asked with the headers that are given", async () => {
    await check([
      { path: "/version", release: true },
      { path: "/version", contains: "sha256:" },
      { path: "/nothing", status: 404 },
    ]);
    assert.deepEqual(asked[0], { url: "/version", slot: "green" });
    assert.deepEqual(lines[2], `http://${target}/nothing: as expected`);
  });

  it("tell every answer that is not as expected, and what it was", async () => {
    const expectations = [
      { path: "/nothing" },
      { path: "/version", contains: "version 2" },
      { path: "/version", release: true },
      { path: "/version" },
    ];
    await assert.rejects(check(expectations, { RELEASE_ID: "other" }), {
      message: "3 answers were not what was expected",
    });
    assert.equal(lines[0], `http://${target}/nothing: expected status 200, found 404`);
    assert.match(lines[1] ?? "", /expected "version 2" in the answer, found "\{/);
    assert.match(lines[2] ?? "", /expected release other of sha256:d+, found "/);
    assert.equal(lines[3], `http://${target}/version: as expected`);
  });

  it("ask each task by itself where that is wanted", async () => {
    const everyTask = [{ path: "/version", everyTask: true, release: true }];
    await check(everyTask, { TEST_TARGETS: `${target},${target}` });
    assert.equal(asked.length, 2);
    await assert.rejects(check(everyTask), /there is no task to ask/);
  });

  it("fail where nothing answers, where the answer is no JSON, and where nothing is expected", async () => {
    const nowhere = { TEST_URL: "http://127.0.0.1:1" };
    await assert.rejects(check([{ path: "/" }], nowhere), /1 answers were not/);
    assert.match(lines[0] ?? "", /^http:\/\/127\.0\.0\.1:1\/: no answer: /);
    await assert.rejects(check([{ path: "/no", status: 404, release: true }]), /1 answers/);
    await assert.rejects(check([]), /nothing is expected/);
  });
});
