import assert from "node:assert/strict";
import { releaseId } from "../../../release/release";
import { SettingsError } from "../../../release/errors";
import { parseSettings } from "../../../settings/parse";
import { changed, encode, sampleDraft, webOf } from "./sample-config";

const DIGEST = `sha256:${"a".repeat(64)}`;
const CONTENT = { images: { web: DIGEST, api: DIGEST }, commit: "0123abc" };
const RELEASE = { id: releaseId(CONTENT), ...CONTENT };

function refusal(values: Record<string, string>, secretKeys: readonly string[] = []): string {
  try {
    parseSettings(values, { secretKeys });
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    assert.equal(error.message.split("\n").length, error.problems.length);
    return error.message;
  }
  throw new Error("the settings were accepted");
}

describe("parseSettings", () => {
  it("reads the stage sample, its defaults filled in", () => {
    const settings = parseSettings(encode(sampleDraft("stage")));
    const { services, ...rest } = settings;
    assert.deepEqual(rest, {
      region: "us-east-1",
      accountId: "111111111111",
      network: {
        cidr: "10.20.0.0/16",
        zones: ["us-east-1a", "us-east-1b"],
        nat: "single",
        endpoints: [],
        reserved: ["10.30.0.0/16"],
      },
      build: true,
      secrets: {
        "session-key": { generate: { length: 64 }, version: 1 },
        "api-token-pepper": { generate: { length: 32 }, version: 1 },
      },
      logRetentionDays: 30,
      ledgerRetentionDays: 365,
      protect: false,
      sharedWith: ["222222222222"],
      scan: { threshold: "high", source: "packages", exceptions: [] },
      tags: {},
    });
    assert.deepEqual(services["api"], {
      image: {
        context: "app/dist/api",
        dockerfile: "app/Dockerfile",
        prepare: "node app/bundle.mjs api",
      },
      paths: ["/orders", "/orders/*"],
      priority: 20955,
      port: 8080,
      cpu: 256,
      memoryMiB: 512,
      tasks: 2,
      environment: {},
      secrets: { API_TOKEN_PEPPER: "api-token-pepper" },
      healthCheck: {
        path: "/readyz",
        command: ["CMD", "/nodejs/bin/node", "/app/server.js", "--healthcheck"],
        intervalSeconds: 5,
        timeoutSeconds: 4,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
      stopTimeoutSeconds: 30,
      drainSeconds: 5,
      readyTimeoutSeconds: 300,
      delivery: {
        steps: [{ percent: 100, pauseSeconds: 0 }],
        order: 0,
        standby: "warm",
        bakeSeconds: 0,
        alarms: {
          enabled: true,
          failedPercent: 5,
          latencySeconds: 2,
          missingData: "notBreaching",
          watch: [],
        },
        smoke: {
          command: ["--expect"],
          expect: [{ path: "/orders", status: 200, release: false, everyTask: false }],
          timeoutSeconds: 120,
        },
        acceptance: {
          command: ["--expect"],
          expect: [{ path: "/version", status: 200, release: true, everyTask: true }],
          timeoutSeconds: 120,
        },
      },
    });
  });

  it("tells the production sample, which has no release yet, to promote one", () => {
    assert.equal(
      refusal(encode(sampleDraft("production"))),
      "switchyard:release: found no release yet, and build is false; allowed a release, or " +
        "build: true in the stack that builds; run `npm run release -- promote`",
    );
  });

  it("reads production with a release, its overrides merged and the registry its own", () => {
    const values = changed(
      {
        "switchyard:release": RELEASE,
        "switchyard:serviceOverrides.web.environment": { GREETING: "hello" },
      },
      "production",
    );
    const settings = parseSettings(values);
    assert.deepEqual(settings.release, {
      ...RELEASE,
      registry: "222222222222.dkr.ecr.us-east-1.amazonaws.com",
    });
    assert.equal(settings.build, false);
    assert.equal(settings.services["web"]?.tasks, 3);
    assert.equal(settings.services["web"].memoryMiB, 512);
    assert.deepEqual(settings.services["web"].environment, { GREETING: "hello" });
  });

  it("keeps the registry that a release names", () => {
    const registry = "111111111111.dkr.ecr.eu-central-1.amazonaws.com";
    const settings = parseSettings(changed({ "switchyard:release": { ...RELEASE, registry } }));
    assert.equal(settings.release?.registry, registry);
  });

  it("merges the maps of an override and replaces its lists", () => {
    const settings = parseSettings(
      changed({
        "switchyard:services.web.environment": { ONE: "1", TWO: "2" },
        "switchyard:serviceOverrides.web": {
          environment: { TWO: "b" },
          paths: ["/", "/pages/*"],
          healthCheck: { path: "/up" },
        },
      }),
    );
    const web = webOf(settings);
    assert.deepEqual(web.environment, { ONE: "1", TWO: "b" });
    assert.deepEqual(web.paths, ["/", "/pages/*"]);
    assert.deepEqual([web.healthCheck.path, web.healthCheck.intervalSeconds], ["/up", 5]);
  });

  it("freezes all of the settings", () => {
    const seen: unknown[] = [parseSettings(encode(sampleDraft("stage")))];
    for (const value of seen) {
      assert.ok(Object.isFrozen(value));
      const parts: unknown[] = Object.values(value as object);
      seen.push(...parts.filter((part) => typeof part === "object"));
    }
    assert.ok(seen.length > 20);
  });

  it("leaves other namespaces to their owners", () => {
    const values = changed({ "aws:profile": "some" });
    assert.equal(parseSettings(values).accountId, "111111111111");
  });

  it("reads the keys of the namespace it is given", () => {
    const values = Object.fromEntries(
      Object.entries(encode(sampleDraft("stage"))).map(([key, value]) => [
        key.replace(/^switchyard:/, "shop:"),
        value,
      ]),
    );
    assert.equal(parseSettings(values, { namespace: "shop" }).build, true);
    values["shop:buld"] = "true";
    assert.throws(
      () => parseSettings(values, { namespace: "shop" }),
      /^SettingsError: shop:buld: /,
    );
  });

  it("lists all problems at once, one a line", () => {
    const message = refusal(
      changed({
        "switchyard:services.web.cpu": 300,
        "switchyard:services.web.drainSeconds": 60,
        "switchyard:services.api.port": "http",
        "switchyard:network.zones": ["us-east-1a", "eu-west-1a"],
        "switchyard:network.nat": "both",
        "aws:region": undefined,
      }),
    );
    assert.deepEqual(
      message.split("\n").map((line) => line.slice(0, line.indexOf(": "))),
      [
        "aws:region",
        "switchyard:network.nat",
        "switchyard:services.web.cpu",
        "switchyard:services.api.port",
        "switchyard:services.web.drainSeconds",
      ],
    );
  });

  it("never shows an encrypted value, and says where secrets belong", () => {
    const values = changed({ "switchyard:tags": { a: "canary" } });
    const message = refusal(values, ["switchyard:tags"]);
    assert.match(
      message,
      /^switchyard:tags: found an encrypted value; allowed plain text; settings hold/,
    );
    assert.doesNotMatch(message, /canary/);
  });

  it("never shows what was put into an environment", () => {
    const message = refusal(
      changed({
        "switchyard:services.web.environment": {
          DB_PASSWORD: "canary",
          A: ["canary"],
          B: "x".repeat(5000) + "canary",
          C: "postgres://user:canary@db/shop",
        },
        "switchyard:services.web.command": ["canary", ""],
      }),
    );
    assert.equal(message.split("\n").length, 5);
    assert.doesNotMatch(message, /canary/);
  });
});
