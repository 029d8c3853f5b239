import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { page, ROOT } from "./markdown";

const folder = join("docs", "adr");
const records = readdirSync(join(ROOT, folder))
  .filter((name) => name !== "README.md")
  .sort();

describe("the decision records", () => {
  it("are numbered without a gap", () => {
    const numbers = records.map((name) => Number(/^(\d{4})-[a-z0-9-]+\.md$/.exec(name)?.[1]));
    assert.deepEqual(
      numbers,
      records.map((_name, index) => index + 1),
    );
  });

  it("say context, decision and consequence, and are listed with their titles", () => {
    const list = page(join(folder, "README.md")).text;
    for (const name of records) {
      const { text } = page(join(folder, name));
      const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
      assert.deepEqual(headings, ["Context", "Decision", "Consequence"], name);
      const [, number = "", title = ""] = /^# (\d{4}) (.*)$/m.exec(text) ?? [];
      assert.equal(number, name.slice(0, 4), name);
      assert.ok(list.includes(`[${number}](${name}) ${title}`), name);
    }
  });
});
