import assert from "node:assert/strict";
import {
  isWithin,
  namesResource,
  parseSubstitutions,
  pathParts,
} from "../../../../release/parity/substitutions";

const REASON = "each has its own";
const names = (resource: string, key: string): boolean =>
  namesResource({ resource, property: "x", reason: REASON }, key);

describe("a substitution", () => {
  it("names resources by the last word of their type or by all of it, and by their name", () => {
    const key = "aws:ec2/subnet:Subnet switchyard-a-private";
    for (const resource of [
      "Subnet switchyard-a-private",
      key,
      "Subnet *",
      "Subnet *-a-*",
      "* switchyard-*",
    ])
      assert.ok(names(resource, key), resource);
    for (const resource of [
      "subnet *",
      "Sub switchyard-a-private",
      "Subnet switchyard-a",
      "Subnet .*",
    ])
      assert.ok(!names(resource, key), resource);
  });

  it("names a property and all below it", () => {
    const path = ["services", "web", "steps", 0, "percent"];
    for (const property of [
      "services",
      "services.*.steps",
      "services.web.steps[0]",
      "services.web.steps[*].percent",
    ])
      assert.ok(isWithin(pathParts(property), path), property);
    for (const property of [
      "service",
      "services.api",
      "services.web.steps[1]",
      "services.web.steps[0].percent.x",
    ])
      assert.ok(!isWithin(pathParts(property), path), property);
    assert.deepEqual(pathParts('tags["a.b c"].x[2]'), ["tags", "a.b c", "x", "2"]);
  });

  it("is declared by nothing else", () => {
    const refused = (each: object, message: RegExp): void => {
      assert.throws(() => parseSubstitutions({ substitutions: [each] }, "parity.yaml"), message);
    };
    const whole = { resource: "Vpc x", property: "cidrBlock", reason: REASON };
    assert.deepEqual(parseSubstitutions({ substitutions: [whole] }, "parity.yaml"), [whole]);
    assert.deepEqual(parseSubstitutions(null, "parity.yaml"), []);
    refused({ ...whole, reason: " a reason" }, /reason: found " a reason"; allowed a text of 10/);
    refused({ ...whole, only: "stage" }, /found both property and only/);
    refused({ ...whole, properties: "x" }, /properties: found an unknown key/);
    refused({ ...whole, only: "a b", property: undefined }, /only: found "a b"/);
    assert.throws(() => parseSubstitutions([], "parity.yaml"), /an object with substitutions/);
  });
});
