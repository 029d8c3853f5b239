import assert from "node:assert/strict";
import { requireSwitched, tested } from "../../../components/release-record";
import { hashOfJson } from "../../../release/canonical-json";
import type { PassedTest } from "../../../release/passed-test";
import { parseSettings } from "../../../settings";
import { changed } from "../settings/sample-config";

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

  describe("of a test", () => {
    const settings = parseSettings(changed({}));
    const passedBy = (service: string): PassedTest => ({
      taskDefinitionArn: `arn:task-definition/${service}:1`,
      task: `arn:task/${service}`,
      command: ["--expect"],
      environment: { TEST_URL: "http://sample" },
    });
    const passed = { web: passedBy("web"), api: passedBy("api") };

    it("is the bytes that passed it, and the task that ran it, by hash", () => {
      const [entry, ...others] = tested("smoke", release, settings, passed);
      const details = {
        services: {
          api: { image: api, ...passed.api, exitCode: 0 },
          web: { image: web, ...passed.web, exitCode: 0 },
        },
      };
      assert.deepEqual(entry?.details, details);
      assert.equal(entry.result, hashOfJson(details));
      assert.deepEqual([entry.kind, entry.release, others], ["smoke", release.id, []]);
    });

    it("is nothing where what runs of a service has never passed its own", () => {
      for (const some of [{}, { web: passed.web }, { ...passed, api: undefined }])
        assert.deepEqual(tested("acceptance", release, settings, some), []);
    });

    it("is nothing where no service has one", () => {
      assert.deepEqual(tested("smoke", release, { services: {} }, passed), []);
    });
  });
});
