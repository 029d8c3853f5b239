import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";

const text = readFileSync(path.resolve(__dirname, "../../../app/Dockerfile"), "utf8");
const instructions = text.split("\n").filter((line) => /^[A-Z]/.test(line));

describe("the Dockerfile", () => {
  it("stands on a base pinned by digest that a build argument replaces", () => {
    assert.match(instructions[0] ?? "", /^ARG BASE=[a-z0-9./-]+(:[\w.-]+)?@sha256:[0-9a-f]{64}$/);
    assert.equal(instructions[1], "FROM ${BASE}");
  });

  it("runs nothing while the image is built and is no root when it runs", () => {
    assert.deepEqual(instructions.slice(2), [
      "ENV NODE_ENV=production",
      "COPY server.js *.cdx.json /app/",
      "VOLUME /tmp",
      "USER 65532:65532",
      'ENTRYPOINT ["/nodejs/bin/node", "/app/server.js"]',
    ]);
  });
});
