import assert from "node:assert/strict";
import { PreviewedResources } from "../../../../release/parity/previewed";

const WEB = "urn:pulumi:stage::yard::aws:ec2/vpc:Vpc::web";

/** What is known of one resource after an operation of a preview. */
function known(op: string, urn = WEB): object | undefined {
  const resources = new PreviewedResources();
  const state = (id: string): object => ({
    id,
    parent: "",
    inputs: { of: id },
    outputs: { name: id },
  });
  const isGone = op.startsWith("delete");
  const event = {
    resourcePreEvent: {
      metadata: { op, urn, old: state("old"), new: isGone ? null : state("new") },
    },
  };
  resources.add(event);
  resources.add({});
  const goal = { propertyDependencies: { of: ["urn:x"] }, ignoreChanges: null };
  const [first] = resources.all(JSON.stringify({ resourcePlans: { [urn]: { goal } } }));
  return first;
}

describe("what a preview tells of a resource", () => {
  const anew = { isMade: false, outputs: {} };
  const kept = { isMade: true, outputs: { name: "old", id: "old" } };

  for (const [op, expected] of [
    ["same", kept],
    ["update", kept],
    ["create", anew],
    ["replace", anew],
    ["create-replacement", anew],
  ] as const)
    it(`is its new inputs, and ${expected.isMade ? "what it is called" : "nothing of what it was called"}, where it is to ${op}`, () => {
      assert.deepEqual(known(op), {
        urn: WEB,
        inputs: { of: "new" },
        parent: "",
        protect: false,
        retainOnDelete: false,
        ignoreChanges: [],
        dependencies: { of: ["urn:x"] },
        ...expected,
      });
    });

  it("is nothing of one that is taken away, or is a component, a provider or the stack", () => {
    assert.equal(known("delete"), undefined);
    assert.equal(known("delete-replaced"), undefined);
    for (const type of ["pulumi:providers:aws", "pulumi:pulumi:Stack", "switchyard:a:B"])
      assert.equal(known("create", `urn:pulumi:stage::yard::${type}::x`), undefined, type);
  });
});
