import fc from "fast-check";
import { anyHistory } from "../../model/commands";

describe("deliveries in whatever order, killed, interrupted, edited, alarmed", () => {
  it("send traffic to nothing that was not ready, and are put right by one update", async () => {
    await fc.assert(anyHistory, { numRuns: 400 });
  }).timeout(60_000);
});
