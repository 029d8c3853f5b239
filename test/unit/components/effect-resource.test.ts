import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { join } from "node:path";
import { type Effect, EffectResource, providerText } from "../../../components/effect-resource";
import { runProgram } from "../mocks";

const load = createRequire(__filename);
const ROOT = join(__dirname, "..", "..", "..");

/** Modules of `effects/` that stand behind a dynamic resource. */
const EFFECTS = readdirSync(join(ROOT, "effects"))
  .map((file) => file.replace(/\.ts$/, ""))
  .filter((name) => "effect" in (load(join(ROOT, "effects", `${name}.ts`)) as object));

/** As Pulumi's process for dynamic resources makes a provider out of what is stored. */
function provider(text: string): Effect {
  const module = new Module("stored") as Module & {
    _compile: (code: string, name: string) => void;
  };
  module._compile(text, "stored");
  return (module.exports as { handler: () => Effect }).handler();
}

describe("EffectResource", () => {
  it("stores a text that names its implementation, and holds nothing of it nor of the machine", async () => {
    const { graph } = await runProgram(() => {
      new EffectResource("slot-ready", "SlotReady", "web-blue", { tasks: 2 });
      return Promise.resolve({});
    }, {});
    const { inputs } = graph.get("pulumi-nodejs:dynamic/switchyard:SlotReady", "web-blue");
    assert.equal(inputs["tasks"], 2);
    const text = providerText("slot-ready");
    assert.ok(text.includes("slot-ready.ts") && text.length < 300);
    assert.ok(!text.includes(ROOT) && !text.includes(process.env["HOME"] ?? ROOT));
  });

  it("runs what the implementation does", async () => {
    assert.deepEqual(await provider(providerText("slot-ready")).read("web-blue", { tasks: 2 }), {
      id: "web-blue",
      props: { tasks: 2 },
    });
  });

  it("has an implementation with a whole life for every dynamic resource", () => {
    assert.ok(EFFECTS.length >= 9, EFFECTS.join());
    for (const name of EFFECTS)
      assert.deepEqual(
        Object.keys(provider(providerText(name))).sort(),
        ["create", "delete", "diff", "read", "update"],
        name,
      );
  });
});
