import assert from "node:assert/strict";
import { Findings, findingsHash, restoreCommand } from "../../../../release/drift/findings";
import type { Finding, RefreshEvent } from "../../../../release/drift/findings";
import { propertyDifferences, stepsOf } from "../../../../release/drift/properties";
import { GONE, MOVED, OPENED, REROUTED, refreshed, SAME } from "./refreshed";

function found(...events: readonly RefreshEvent[]): Finding[] {
  const findings = new Findings();
  for (const event of events) findings.add(event);
  assert.equal(findings.looked, events.length);
  return findings.all();
}

describe("findings of drift", () => {
  it("are none where everything is as the state has it", () => {
    assert.deepEqual(found(SAME), []);
    const findings = new Findings();
    findings.add({});
    assert.deepEqual([findings.looked, findings.all()], [0, []]);
  });

  it("name a resource that is gone, and one of whose properties another value is there", () => {
    const [gone, opened, ...rest] = found(OPENED, SAME, GONE);
    assert.deepEqual(rest, []);
    assert.deepEqual(
      [gone?.what, gone?.name, gone?.id, gone?.properties],
      ["gone", "web", "web-1234567", []],
    );
    assert.equal(opened?.type, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule");
    assert.deepEqual(opened.properties, [
      { path: "cidrIpv4", state: "10.0.0.0/8", found: "0.0.0.0/0" },
    ]);
  });

  it("show the weights of a listener rule together", () => {
    const [moved] = found(MOVED);
    assert.deepEqual(moved?.properties, [
      {
        path: "services.web.weights",
        state: { blue: 100, green: 0 },
        found: { blue: 60, green: 40 },
      },
    ]);
  });

  it("are there too where a provider does not say what differs", () => {
    const [rerouted] = found(REROUTED);
    assert.deepEqual([rerouted?.what, rerouted?.properties], ["changed", []]);
  });

  it("know what a call that changed the resource would name", () => {
    assert.deepEqual(found(OPENED)[0]?.knownBy, ["sgr-0123456789", "sg-0123456789"]);
    assert.match(found(MOVED)[0]?.knownBy.join() ?? "", /listener-rule/);
    const short = refreshed("delete", "a:b/c:C", "x", { id: "abc" }, null);
    assert.deepEqual(found(short)[0]?.knownBy, [], "too short to tell anything");
  });

  it("have one hash, whoever looks and in whatever order, and another one when anything differs", () => {
    const hash = findingsHash(found(OPENED, GONE));
    assert.match(hash, /^[0-9a-f]{64}$/);
    assert.equal(findingsHash(found(GONE, OPENED)), hash);
    for (const other of [found(GONE), found(OPENED), found(OPENED, GONE, MOVED), []])
      assert.notEqual(findingsHash(other), hash);
    const urn = (each: Finding): Finding => ({ ...each, what: "gone" });
    assert.notEqual(findingsHash(found(OPENED, GONE).map(urn)), hash);
  });

  it("are restored by a refresh and an update; weights alone by an update, which asks for them anew", () => {
    assert.equal(restoreCommand(found(GONE), "stage"), "npm run pulumi -- up --refresh -s stage");
    assert.equal(
      restoreCommand(found(GONE, MOVED), "stage"),
      "npm run pulumi -- up --refresh -s stage",
    );
    assert.equal(restoreCommand(found(MOVED), "production"), "npm run pulumi -- up -s production");
  });
});

describe("differences of properties", () => {
  it("are found at paths of any form", () => {
    assert.deepEqual(stepsOf('tags["a.b"].list[0].x'), ["tags", "a.b", "list", "0", "x"]);
    assert.deepEqual(stepsOf('["say \\"a\\""]'), ['say "a"']);
    const at = (value: unknown): { outputs: Record<string, unknown> } => ({
      outputs: { tags: { "a.b": { list: [{ x: value }] } } },
    });
    assert.deepEqual(propertyDifferences(at(1), at(2), ['tags["a.b"].list[0].x']), [
      { path: 'tags["a.b"].list[0].x', state: 1, found: 2 },
    ]);
  });

  it("are those of the inputs where outputs are alike, and say what one side alone has", () => {
    const told = (inputs: Record<string, unknown>): Parameters<typeof propertyDifferences>[0] => ({
      inputs,
      outputs: { days: 30 },
    });
    assert.deepEqual(propertyDifferences(told({ days: 30 }), told({ days: 7 }), ["days"]), [
      { path: "days", state: 30, found: 7 },
    ]);
    assert.deepEqual(propertyDifferences(told({ name: "a" }), told({}), ["name"]), [
      { path: "name", state: "a" },
    ]);
    assert.deepEqual(propertyDifferences(told({}), told({ name: null }), ["name.of[1]"]), [
      { path: "name.of[1]" },
    ]);
  });
});
