import assert from "node:assert/strict";
import { requireSwitched } from "../../../components/release-record";

describe("what is on record of a release", () => {
  const [web, api] = ["1", "2"].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string];
  const release = { id: "a".repeat(64), images: { web, api } };

  it("is said where each service was switched to its image, wherever that is kept", () => {
    requireSwitched(release, { web: `one/web@${web}`, api: `other/api@${api}`, gone: "x@y" });
  });

  it("is not said where one was not", () => {
    const whole = { web: `one/web@${web}`, api: `one/api@${api}` };
    for (const [switched, found] of [
      [{}, "web, api"],
      [{ ...whole, api: `one/api@${web}` }, "api"],
      [{ web: whole.web }, "api"],
      [{ ...whole, web }, "web"],
    ] as const)
      assert.throws(
        () => {
          requireSwitched(release, switched);
        },
        new RegExp(`^Error: release aaaaaaaaaaaa is not what runs as ${found}, and .*--target`),
      );
  });
});
