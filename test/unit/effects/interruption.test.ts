import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** What a process that pauses for a minute says when its HTTP/2 server is asked for a path. */
function saidAfter(path: string): { status: number | null; stdout: string } {
  const program = `
    const { pause } = require("./effects/interruption.ts");
    const http2 = require("node:http2");
    const server = http2.createServer((request, response) => response.end());
    server.listen(0, "127.0.0.1", () => {
      const client = http2.connect("http://127.0.0.1:" + server.address().port);
      client.request({ ":path": ${JSON.stringify(path)} }).resume().on("end", () => {
        client.close();
        server.close();
      });
    });
    Promise.race([pause(60), new Promise((done) => setTimeout(done, 500, "still waiting"))])
      .catch((error) => error.message)
      .then((said) => { console.log(said); process.exit(0); });
  `;
  const { status, stdout } = spawnSync(
    process.execPath,
    ["-r", "./toolchain/typescript.cjs", "-e", program],
    { cwd: join(__dirname, "..", "..", ".."), encoding: "utf8" },
  );
  return { status, stdout };
}

describe("a pause of an effect", () => {
  it("ends when the engine asks its provider to cancel", () => {
    assert.deepEqual(saidAfter("/pulumirpc.ResourceProvider/Cancel"), {
      status: 0,
      stdout: "the update was interrupted\n",
    });
  });

  it("does not end for anything else that the engine asks", () => {
    assert.equal(saidAfter("/pulumirpc.ResourceProvider/Diff").stdout, "still waiting\n");
  });
});
