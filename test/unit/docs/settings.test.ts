import assert from "node:assert/strict";
import { describedSettings, topKeys } from "./described-settings";
import { page, tableRows } from "./markdown";

const rows = tableRows(page("docs/guides/settings.md"));
const written = new Map(rows.map(([path = "", ...cells]) => [path, cells]));
const plain = (text: string): string => text.replaceAll(/[`\\]/g, "");

describe("the page of settings", () => {
  it("describes every setting that there is, each once, and no other", () => {
    const wanted = describedSettings().map(({ path }) => path);
    assert.ok(wanted.length > 40);
    assert.deepEqual([...written.keys()].sort(), [...wanted].sort());
    assert.equal(rows.length, wanted.length);
    for (const key of topKeys())
      assert.ok(
        wanted.some((path) => path === key || path.startsWith(`${key}.`)),
        key,
      );
  });

  it("says what each is unless it is set, and what is allowed", () => {
    for (const { path, default: byDefault, allowed } of describedSettings()) {
      const [what = "", said = "", limit = ""] = written.get(path) ?? [];
      assert.notEqual(what, "", path);
      if (byDefault !== undefined) assert.equal(said, plain(byDefault), path);
      else assert.doesNotMatch(said, /^[\d[{"]/, path);
      if (allowed !== "") assert.equal(limit, plain(allowed), path);
      else assert.notEqual(limit, "", path);
    }
  });
});
