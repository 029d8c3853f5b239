import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { declare, valueOf } from "./mocks";

describe("the mocks", () => {
  it("fail a test when an apply throws, whether or not anything waits for it", async () => {
    const boom = (): never => {
      throw new Error("boom");
    };
    await assert.rejects(
      declare(() => void pulumi.output(1).apply(boom)),
      /boom/,
    );
    await assert.rejects(
      declare(() => new Thing("thing", { value: pulumi.output(1).apply(boom) })),
      /boom/,
    );
    await assert.rejects(
      declare(() => {
        throw new Error("boom");
      }),
      /boom/,
    );
    const { made } = await declare(() => ({ output: pulumi.output(1) }));
    await assert.rejects(valueOf(made.output.apply(boom)), /boom/);
  });

  it("record parents, dependencies, options and secrets as the engine gets them", async () => {
    const { graph } = await declare(() => {
      const parent = new Group("group");
      const first = new Thing("first", { value: "1" }, { parent, protect: true });
      const after = { parent, dependsOn: [parent], retainOnDelete: true };
      new Thing("second", { value: pulumi.secret("2"), of: first.id }, { ...after, dependsOn: [] });
      new Thing("third", { value: "3" }, { dependsOn: [parent] });
    });
    assert.equal(
      graph.outline,
      ["test:index:Group group", "  test:index:Thing first", "  test:index:Thing second"]
        .concat("test:index:Thing third")
        .join("\n"),
    );
    const second = graph.get("test:index:Thing", "second");
    assert.deepEqual(second.inputs, { value: { secret: "2" }, of: "first-id" });
    assert.deepEqual([second.protect, second.retainOnDelete], [false, true]);
    assert.ok(graph.get("test:index:Thing", "first").protect);
    assert.ok(graph.waitsFor(second).has("test:index:Thing first"));
    const third = graph.waitsFor(graph.get("test:index:Thing", "third"));
    assert.ok(third.has("test:index:Thing first") && third.has("test:index:Thing second"));
    assert.deepEqual(graph.get("test:index:Group", "group").outputs, {});
  });

  it("show that the children of a component wait for what the component depends on", async () => {
    const { graph } = await declare(
      () => {
        const slow = new Thing("slow", {});
        const group = new Group("group", { dependsOn: [slow] });
        new Thing("child", {}, { parent: group });
        new Thing("free", {});
      },
      { slow: (_type, name) => name === "slow" },
    );
    assert.deepEqual(graph.beforeSlow, ["test:index:Thing free", "test:index:Thing slow"]);
    const child = graph.get("test:index:Thing", "child");
    assert.deepEqual(child.dependencyUrns, []);
    assert.ok(graph.waitsFor(child).has("test:index:Thing slow"));
  });
});

class Thing extends pulumi.CustomResource {
  constructor(name: string, props: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    super("test:index:Thing", name, props, opts);
  }
}

class Group extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("test:index:Group", name, {}, opts);
  }
}
