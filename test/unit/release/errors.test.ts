import assert from "node:assert/strict";
import { ReleaseError, SettingsError } from "../../../release/errors";

describe("SettingsError", () => {
  it("says each problem on a line of its own", () => {
    const cpu = {
      path: "switchyard:services.web.cpu",
      found: "300",
      allowed: "256, 512",
      action: "choose one of these",
    };
    const error = new SettingsError([cpu, { ...cpu, path: "switchyard:services.api.cpu" }]);
    assert.equal(
      error.message,
      "switchyard:services.web.cpu: found 300; allowed 256, 512; choose one of these\n" +
        "switchyard:services.api.cpu: found 300; allowed 256, 512; choose one of these",
    );
    assert.equal(error.name, "SettingsError");
    assert.equal(error.problems.length, 2);
  });

  it("keeps a line a line, and shows what a terminal would obey or hide", () => {
    const path = "switchyard:tags";
    const { message } = new SettingsError([
      { path, found: "a\nb\u2028c", allowed: "\u001b[31m", action: "\u202e\u009b" },
    ]);
    assert.equal(
      message,
      "switchyard:tags: found a\\u000ab\\u2028c; allowed \\u001b[31m; \\u202e\\u009b",
    );
  });
});

describe("ReleaseError", () => {
  it("names its step, whether to try again, and its cause", () => {
    const cause = new Error("connection reset");
    const error = new ReleaseError("no answer", { step: "copy image", retryable: true, cause });
    assert.deepEqual(
      [error.name, error.message, error.step, error.retryable, error.cause],
      ["ReleaseError", "no answer", "copy image", true, cause],
    );
  });

  it("has no cause unless one is given", () => {
    assert.ok(!("cause" in new ReleaseError("no answer", { step: "shift", retryable: false })));
  });
});
