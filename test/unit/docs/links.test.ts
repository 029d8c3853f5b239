import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { anchors, page, pages, prose, ROOT } from "./markdown";

/** Where a relative link leads. */
interface Link {
  readonly from: string;
  readonly target: string;
  readonly fragment: string | undefined;
}

function links(): Link[] {
  return pages().flatMap((each) =>
    [...prose(each).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, address = ""]) => address)
      .filter((address) => !/^[a-z]+:/.test(address))
      .map((address) => {
        const [path = "", fragment] = address.split("#");
        const target = path === "" ? each.file : normalize(join(dirname(each.file), path));
        return { from: each.file, target, fragment };
      }),
  );
}

describe("the documentation's links", () => {
  it("lead to files and folders that are there", () => {
    assert.ok(links().length > 20);
    const broken = links().filter(({ target }) => !existsSync(join(ROOT, target)));
    assert.deepEqual(broken, []);
  });

  it("lead to headings that are there", () => {
    const broken = links().filter(
      ({ target, fragment }) => fragment !== undefined && !anchors(page(target)).includes(fragment),
    );
    assert.deepEqual(broken, []);
  });

  it("lead to each page from another", () => {
    const linked = new Set(
      links()
        .filter(({ from, target }) => from !== target)
        .map(({ target }) => target),
    );
    const unlinked = pages()
      .map(({ file }) => file)
      .filter((file) => file !== "README.md" && !linked.has(file));
    assert.deepEqual(unlinked, []);
  });

  it("and names in code marks lead to files that are there", () => {
    const named = pages().flatMap((each) =>
      [...prose(each).matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.\w+)`/g)].map(([, path = ""]) => ({
        from: each.file,
        path,
      })),
    );
    const mine = named.filter(({ path }) => existsSync(join(ROOT, path.split("/")[0] ?? "")));
    assert.ok(mine.length > 20);
    assert.deepEqual(
      mine.filter(({ path }) => !/^app\/dist\//.test(path) && !existsSync(join(ROOT, path))),
      [],
    );
  });

  it("and those that the programs print lead to pages that are there", () => {
    const folders = ["components", "demo", "effects", "policy", "release", "settings", "toolchain"];
    const printed = folders.flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true })
        .map((name) => join(folder, String(name)))
        .filter((name) => /\.(ts|mjs|py)$/.test(name))
        .flatMap((name) => [...page(name).text.matchAll(/\bdocs\/[\w/-]+\.md/g)].map(String)),
    );
    assert.ok(printed.length > 0);
    assert.deepEqual(
      printed.filter((path) => !existsSync(join(ROOT, path))),
      [],
    );
  });
});
