import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type Effect, effectProvider } from "../../../components/dynamic-provider";

const load = createRequire(__filename);
const ROOT = join(__dirname, "..", "..", "..");

/** Modules of `effects/` that stand behind a dynamic resource. */
const EFFECTS = [
  "external-secret",
  "image-build",
  "image-copy",
  "slot-ready",
  "standby-guard",
  "traffic-shift",
];

async function stored(name: string): Promise<string> {
  const provider = effectProvider(name);
  const { text } = await pulumi.runtime.serializeFunction(() => provider);
  return text;
}

describe("effectProvider", () => {
  it("stores a shell that names its implementation and holds nothing of it", async () => {
    const text = await stored("image-copy");
    assert.match(text, /image-copy/);
    assert.ok(text.length < 5000, `${text.length} characters`);
    assert.doesNotMatch(text, /client-|Registry|manifest/);
  });

  it("stores no path of the machine that it was made on", async () => {
    const text = await stored("image-copy");
    assert.ok(!text.includes(ROOT) && !text.includes(process.env["HOME"] ?? ROOT));
  });

  it("stores the same text for every service and on every run", async () => {
    assert.equal(await stored("slot-ready"), await stored("slot-ready"));
    assert.equal(
      (await stored("slot-ready")).replaceAll("slot-ready", "X"),
      (await stored("image-copy")).replaceAll("image-copy", "X"),
    );
  });

  it("runs what the implementation does", async () => {
    const provider = effectProvider("slot-ready");
    assert.deepEqual(await provider.read?.("web-blue", { tasks: 2 }), {
      id: "web-blue",
      props: { tasks: 2 },
    });
  });

  it("finds an implementation with a whole life for every dynamic resource", () => {
    const files = readdirSync(join(ROOT, "effects")).map((file) => file.replace(/\.ts$/, ""));
    for (const name of EFFECTS) {
      assert.ok(files.includes(name), name);
      const { effect } = load(join(ROOT, "effects", `${name}.ts`)) as { effect: Effect };
      assert.deepEqual(Object.keys(effect).sort(), ["create", "delete", "diff", "read", "update"]);
    }
  });
});
