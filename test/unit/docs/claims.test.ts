import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { page, pages, ROOT } from "./markdown";

/** A test's file in code marks, and then titles in quotes. */
const NAMED = /`(test\/[\w/.-]+\.test\.ts)`((?:,?\s+(?:and\s+)?"[^"]+")+)/;

/** Tests that the pages name. */
function namedTests(): { from: string; file: string; title: string }[] {
  return pages().flatMap((each) =>
    [...each.text.matchAll(new RegExp(NAMED, "g"))].flatMap(([, file = "", titles = ""]) =>
      [...titles.matchAll(/"([^"]+)"/g)].map(([, title = ""]) => ({
        from: each.file,
        file,
        title,
      })),
    ),
  );
}

function section(file: string, heading: string): string {
  const found = page(file)
    .text.split(/^## /m)
    .find((part) => part.startsWith(heading));
  assert.ok(found !== undefined, `${file} has no ${heading}`);
  return found;
}

describe("what the documentation claims", () => {
  it("names tests that are there, by their own titles", () => {
    assert.ok(namedTests().length > 20);
    const missing = namedTests().filter(
      ({ file, title }) => !readFileSync(join(ROOT, file), "utf8").includes(title),
    );
    assert.deepEqual(missing, []);
  });

  it("is shown by a test in each of the README's comparisons", () => {
    const items = section("README.md", "Why").split(/^- /m).slice(1);
    assert.ok(items.length >= 8);
    for (const item of items) assert.match(item, NAMED, item);
  });

  it("is shown by a test in each row of what is shown of AWS", () => {
    const rows = section("docs/fidelity.md", "What is shown")
      .split("\n")
      .filter((line) => /^\| (?!-)/.test(line))
      .slice(1);
    assert.ok(rows.length >= 8);
    for (const row of rows) assert.match(row, NAMED, row);
  });

  it("is shown by a test in each row of what the threat model says", () => {
    const rows = section("docs/threat-model.md", "What each could try")
      .split("\n")
      .filter((line) => /^\| (?!-|what is tried)/.test(line));
    assert.ok(rows.length >= 20);
    for (const row of rows) assert.match(row, NAMED, row);
  });

  it("fits on the pages that it is meant for", () => {
    assert.ok(page("README.md").text.split("\n").length < 200);
  });
});
