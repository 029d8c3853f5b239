import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { loadSettings } from "../../settings";
import { encode, sampleDraft } from "./settings/sample-config";

describe("loadSettings", () => {
  const configure = async (
    values: Record<string, string>,
    secretKeys: string[] = [],
  ): Promise<void> => {
    await pulumi.runtime.setMocks(
      { newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) },
      "switchyard",
      "stage",
    );
    pulumi.runtime.setAllConfig(values, secretKeys);
  };
  afterEach(() => {
    pulumi.runtime.setAllConfig({});
  });

  it("reads the configuration of the running stack", async () => {
    await configure(encode(sampleDraft("stage")));
    assert.deepEqual(Object.keys(loadSettings().services).sort(), ["api", "web"]);
  });

  it("refuses as an error that Pulumi shows without a stack", async () => {
    const values = { ...encode(sampleDraft("stage")), "switchyard:tags": "canary" };
    await configure(values, ["switchyard:tags"]);
    assert.throws(loadSettings, (error) => {
      assert.ok(pulumi.RunError.isInstance(error));
      assert.match(error.message, /^switchyard:tags: found an encrypted value; /);
      assert.doesNotMatch(error.message, /canary/);
      return true;
    });
  });
});

describe("Pulumi.yaml", () => {
  const text = readFileSync(join(__dirname, "..", "..", "Pulumi.yaml"), "utf8");
  const { config } = parse(text) as {
    config: Record<string, { type?: string; description?: string; default?: unknown }>;
  };

  it("declares each setting, and no other, with its type and description", () => {
    assert.deepEqual(Object.keys(config), [
      "network",
      "domain",
      "build",
      "release",
      "secrets",
      "services",
      "serviceOverrides",
      "logRetentionDays",
      "ledgerRetentionDays",
      "protect",
      "sharedWith",
      "gate",
      "rehearsal",
      "scan",
      "deployRoles",
      "tags",
    ]);
    for (const { type, description } of Object.values(config)) {
      assert.match(type ?? "", /^(array|object|boolean|integer)$/);
      assert.ok(description !== undefined && description.length > 20);
    }
  });

  it("asks every stack for its network alone", () => {
    const required = Object.keys(config).filter((key) => config[key]?.default === undefined);
    assert.deepEqual(required, ["network"]);
  });
});
