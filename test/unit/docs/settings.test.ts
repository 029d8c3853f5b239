import assert from "node:assert/strict";
import { parse } from "yaml";
import { isWorker, parseSettings } from "../../../settings";
import { changed } from "../settings/sample-config";
import { describedSettings, httpSettings, topKeys } from "./described-settings";
import { page, tableRows } from "./markdown";

const PAGE = page("docs/guides/settings.md");
const rows = tableRows(PAGE);
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

  it("lists every setting that a worker does not have", () => {
    const [, text = ""] = /about requests and are refused: ([^]+?)\.\n\n/.exec(PAGE.text) ?? [];
    assert.deepEqual(text.split(/,\s+/).map(plain).sort(), httpSettings().sort());
  });

  it("shows a worker that is accepted as it is written", () => {
    const [, example = ""] = /^## Workers\n[^]+?```yaml\n([^]+?)```/m.exec(PAGE.text) ?? [];
    const { reporter } = parse(example) as Record<string, unknown>;
    const { services } = parseSettings(changed({ "switchyard:services.reporter": reporter }));
    assert.ok(services["reporter"] && isWorker(services["reporter"]));
  });
});
