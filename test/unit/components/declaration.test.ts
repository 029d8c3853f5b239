import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { declarationHash } from "../../../components/declaration";
import { parseSettings } from "../../../settings";
import { encode, sampleDraft } from "../settings/sample-config";
import { GATE } from "../release/gate/samples";

const load = createRequire(__filename);
const settings = parseSettings(encode(sampleDraft("stage")));

describe("what a stack is declared from", () => {
  it("has a hash that stays the same while it does", () => {
    assert.match(declarationHash(settings), /^[0-9a-f]{64}$/);
    assert.equal(declarationHash(settings), declarationHash(settings));
  });

  it("is the same for another release and another gate, which are not infrastructure", () => {
    const registry = "111111111111.dkr.ecr.us-east-1.amazonaws.com";
    const release = { id: "a".repeat(64), commit: "abc", images: {}, registry };
    const promoted = { ...settings, release, gate: GATE };
    assert.equal(declarationHash(promoted), declarationHash(settings));
  });

  it("is another with any other setting", () => {
    for (const change of [
      { logRetentionDays: 90 },
      { protect: !settings.protect },
      { tags: { a: "b" } },
    ])
      assert.notEqual(
        declarationHash({ ...settings, ...change }),
        declarationHash(settings),
        JSON.stringify(change),
      );
  });

  it("is another once a module of the program is another, or one more is loaded", () => {
    const folder = mkdtempSync(join(process.cwd(), ".switchyard-declaration-"));
    const module = join(folder, "module.cjs");
    try {
      writeFileSync(module, "module.exports = 1;\n");
      const before = declarationHash(settings);
      load(module);
      const loaded = declarationHash(settings);
      writeFileSync(module, "module.exports = 2;\n");
      const changed = declarationHash(settings);
      assert.equal(new Set([before, loaded, changed]).size, 3);
    } finally {
      Reflect.deleteProperty(load.cache, module);
      rmSync(folder, { recursive: true });
    }
  });
});
