import assert from "node:assert/strict";
import { readApiConfig } from "../../../app/api/config";
import { ConfigError, type Environment } from "../../../app/shared/environment-reader";
import { readWebConfig } from "../../../app/web/config";
import { apiEnvironment, identity, SESSION_KEY, webEnvironment } from "./environments";

describe("the environment of the sample app", () => {
  it("becomes the configuration, with defaults for the drain", () => {
    assert.deepEqual(readWebConfig(webEnvironment), {
      identity,
      port: 0,
      drain: { lameDuckMs: 1_000, timeoutMs: 25_000 },
      sessionKey: SESSION_KEY,
    });
  });

  it("sets the drain", () => {
    const { drain } = readApiConfig({
      ...apiEnvironment,
      DRAIN_LAME_DUCK_MS: "0",
      DRAIN_TIMEOUT_MS: "120000",
    });
    assert.deepEqual(drain, { lameDuckMs: 0, timeoutMs: 120_000 });
  });

  it("fits the default lame duck into a short drain", () => {
    const { drain } = readWebConfig({ ...webEnvironment, DRAIN_TIMEOUT_MS: "500" });
    assert.deepEqual(drain, { lameDuckMs: 499, timeoutMs: 500 });
  });

  const refused: [title: string, change: Environment, message: string][] = [
    ["no service", { SERVICE: undefined }, "SERVICE is not set: give a name like web"],
    ["a service that is no name", { SERVICE: "a b" }, 'SERVICE is "a b": give a name like web'],
    ["an empty release", { RELEASE_ID: "" }, "RELEASE_ID is not set: give 64 hex digits"],
    ["a short release", { RELEASE_ID: "12" }, 'RELEASE_ID is "12": give 64 hex digits'],
    [
      "a tag for a digest",
      { IMAGE_DIGEST: "v1" },
      'IMAGE_DIGEST is "v1": give sha256: and 64 hex digits',
    ],
    ["an unknown slot", { SLOT: "red" }, 'SLOT is "red": give "blue" or "green"'],
    ["no slot", { SLOT: undefined }, 'SLOT is not set: give "blue" or "green"'],
    ["no port", { PORT: undefined }, "PORT is not set: give a whole number from 0 to 65535"],
    ["a port too high", { PORT: "65536" }, 'PORT is "65536": give a whole number from 0 to 65535'],
    ["a port with a sign", { PORT: "-1" }, 'PORT is "-1": give a whole number from 0 to 65535'],
    ["a port in hex", { PORT: "0x50" }, 'PORT is "0x50": give a whole number from 0 to 65535'],
    [
      "a drain of no time",
      { DRAIN_TIMEOUT_MS: "0" },
      'DRAIN_TIMEOUT_MS is "0": give a whole number from 1 to 120000',
    ],
    [
      "a lame duck as long as the drain",
      { DRAIN_LAME_DUCK_MS: "900", DRAIN_TIMEOUT_MS: "900" },
      "DRAIN_LAME_DUCK_MS is 900: give less than DRAIN_TIMEOUT_MS, 900",
    ],
    [
      "no session key",
      { SESSION_KEY: undefined },
      "SESSION_KEY is not set: give a secret of 16 characters or more",
    ],
    [
      "a short session key",
      { SESSION_KEY: "hush" },
      "SESSION_KEY is too short: give a secret of 16 characters or more",
    ],
  ];
  for (const [title, change, message] of refused) {
    it(`is refused with ${title}`, () => {
      assert.throws(
        () => readWebConfig({ ...webEnvironment, ...change }),
        new ConfigError(`bad environment: ${message}`),
      );
    });
  }

  it("is refused without the pepper of the receipts", () => {
    assert.throws(
      () => readApiConfig({ ...apiEnvironment, API_TOKEN_PEPPER: "" }),
      new ConfigError(
        "bad environment: API_TOKEN_PEPPER is not set: give a secret of 16 characters or more",
      ),
    );
  });

  it("is told everything that is wrong with it, in one line", () => {
    assert.throws(
      () => readWebConfig({}),
      (error: Error) => {
        const names = ["SERVICE", "RELEASE_ID", "IMAGE_DIGEST", "SLOT", "PORT", "SESSION_KEY"];
        assert.deepEqual(error.message.match(/[A-Z_]{4,}/g), names);
        assert.doesNotMatch(error.message, /\n/);
        return true;
      },
    );
  });

  it("shortens a long value in a message", () => {
    assert.throws(
      () => readWebConfig({ ...webEnvironment, SLOT: "x".repeat(5_000) }),
      (error: Error) => error.message.length < 200,
    );
  });
});
