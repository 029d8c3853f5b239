import assert from "node:assert/strict";
import { ago, duration, time } from "../../../../release/command/duration";

describe("durations and times", () => {
  it("are as long as a person needs them", () => {
    const seconds = [0, 0.44, 9.99, 10.9, 59.9, 60, 125, 3600, 11_400];
    assert.deepEqual(seconds.map(duration), [
      ...["0 s", "0.4 s", "9.9 s", "10 s", "59 s", "1 min", "2 min 5 s", "1 h", "3 h 10 min"],
    ]);
  });

  it("are counted back from now, and never forward", () => {
    const now = Date.parse("2026-11-21T12:00:00Z");
    const at = (iso: string): string => ago(iso, now);
    assert.equal(at("2026-11-21T11:59:30Z"), "30 s ago");
    assert.equal(at("2026-11-21T11:34:30Z"), "25 min ago");
    assert.equal(at("2026-11-21T08:50:00Z"), "3 h 10 min ago");
    assert.equal(at("2026-11-18T12:00:00Z"), "3 days ago");
    assert.equal(at("2026-11-21T12:00:09Z"), "0 s ago");
  });

  it("are in UTC", () => {
    assert.equal(time("2026-11-21T08:33:08.123Z"), "2026-11-21 08:33:08 UTC");
  });
});
