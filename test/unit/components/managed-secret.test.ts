import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ManagedSecret, type ManagedSecretArgs } from "../../../components/managed-secret";
import type { Graph } from "../graph";
import { arnOf, CANARY } from "../mock-outputs";
import { declare, valueOf } from "../mocks";
import { PLACE } from "./samples";

const SECRET = "aws:secretsmanager/secret:Secret";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";
const PASSWORD = "random:index/randomPassword:RandomPassword";
const VALUE = "pulumi-nodejs:dynamic/switchyard:ExternalSecretValue";
const ARN = arnOf(SECRET, "key");

async function secret(
  settings: ManagedSecretArgs["settings"],
  changes: Partial<ManagedSecretArgs> = {},
): Promise<{ made: ManagedSecret; graph: Graph }> {
  return declare(() => new ManagedSecret("key", { place: PLACE, settings, ...changes }));
}

describe("ManagedSecret", () => {
  it("makes a value of the length that is asked for, and a version for it", async () => {
    const { made, graph } = await secret({ generate: { length: 48 }, version: 3 });
    assert.equal(
      graph.outline,
      `
switchyard:secrets:ManagedSecret key
  aws:secretsmanager/secret:Secret key
  aws:secretsmanager/secretVersion:SecretVersion key
  random:index/randomPassword:RandomPassword key`.trim(),
    );
    assert.deepEqual(graph.get(SECRET, "key").inputs, { recoveryWindowInDays: 0 });
    assert.deepEqual(graph.get(PASSWORD, "key").inputs, {
      length: 48,
      special: false,
      keepers: { version: "3" },
    });
    assert.deepEqual(await valueOf(made.recorded), {
      name: "key",
      version: 3,
      arn: ARN,
      versionId: "key-version",
    });
    const outputs = { arn: ARN, versionId: "key-version" };
    assert.deepEqual(graph.get("switchyard:secrets:ManagedSecret", "key").outputs, outputs);
  });

  it("lets the value flow as a secret and no further than into Secrets Manager", async () => {
    const { made, graph } = await secret({ generate: { length: 48 }, version: 1 });
    const version = graph.get(VERSION, "key");
    assert.deepEqual(version.inputs, { secretId: "key-id", secretString: { secret: CANARY } });
    assert.ok(version.retainOnDelete, "a slot may still run with the version before");
    assert.ok(graph.get(PASSWORD, "key").hasSecretOutputs);
    assert.equal(await pulumi.isSecret(made.arn), false);
    assert.equal(await pulumi.isSecret(made.versionId), false, "or it could not be recorded");
  });

  it("makes another value for another version, in the same secret", async () => {
    const one = (await secret({ generate: { length: 48 }, version: 1 })).graph;
    const two = (await secret({ generate: { length: 48 }, version: 2 })).graph;
    assert.deepEqual(two.keys, one.keys);
    assert.deepEqual(two.get(SECRET, "key").inputs, one.get(SECRET, "key").inputs);
    assert.notDeepEqual(two.get(PASSWORD, "key").inputs, one.get(PASSWORD, "key").inputs);
  });

  it("makes no value of an external secret, but asks which version there is", async () => {
    const { made, graph } = await secret({ external: true });
    assert.equal(
      graph.outline,
      `
switchyard:secrets:ManagedSecret key
  aws:secretsmanager/secret:Secret key
  pulumi-nodejs:dynamic/switchyard:ExternalSecretValue key`.trim(),
    );
    const asked = { region: "us-east-1", name: "key", secretArn: ARN };
    assert.deepEqual(graph.get(VALUE, "key").inputs, asked);
    const versionId = "key-current";
    assert.deepEqual(await valueOf(made.recorded), {
      name: "key",
      version: 0,
      arn: ARN,
      versionId,
    });
    const component = graph.get("switchyard:secrets:ManagedSecret", "key");
    assert.deepEqual(component.outputs, { arn: ARN, versionId });
  });

  it("asks for the one version that the settings pin", async () => {
    const { made, graph } = await secret({ external: true, versionId: "pinned" });
    const asked = { region: "us-east-1", name: "key", secretArn: ARN, wantedVersionId: "pinned" };
    assert.deepEqual(graph.get(VALUE, "key").inputs, asked);
    assert.equal(await valueOf(made.versionId), "pinned");
  });

  it("can be restored for 30 days and is not deleted where the settings protect", async () => {
    const { graph } = await secret({ external: true }, { protect: true });
    const declared = graph.get(SECRET, "key");
    assert.deepEqual(declared.inputs, { recoveryWindowInDays: 30 });
    assert.ok(declared.protect);
    assert.ok(!(await secret({ external: true })).graph.get(SECRET, "key").protect);
  });

  it("calls AWS with the profile that the provider uses", async () => {
    const place = { ...PLACE, aws: { region: "eu-west-1", profile: "team" } };
    const { inputs } = (await secret({ external: true }, { place })).graph.get(VALUE, "key");
    assert.deepEqual([inputs["region"], inputs["profile"]], ["eu-west-1", "team"]);
  });
});
