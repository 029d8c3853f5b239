import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { checkHealth } from "../../../app/shared/health-check";

describe("the health check", () => {
  it("does not wait for a service that is silent", async () => {
    const silent = createServer(() => undefined).listen(0);
    const { port } = silent.address() as AddressInfo;
    await assert.rejects(checkHealth({ PORT: String(port) }, 50), {
      message: "/healthz did not answer within 50 ms",
    });
    silent.close();
  });
});
