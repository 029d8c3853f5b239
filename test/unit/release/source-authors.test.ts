import assert from "node:assert/strict";
import { hasCommit, sourceAuthors } from "../../../release/source-authors";
import type { Git } from "../../../release/source-commit";

/** Answers what a repository would, by the arguments' end. */
const repository =
  (answers: Readonly<Record<string, string>>): Git =>
  (...args) =>
    Promise.resolve(answers[args.at(-1) ?? ""]);

describe("sourceAuthors", () => {
  const git = repository({
    "aaa..bbb": "bea@example.com\n\nArthur@example.com\nCo <coco@example.com>\n\nbea@example.com\n",
    bbb: "arthur@example.com\n\n",
    "user.email": "next@example.com\n",
  });

  it("are all who wrote the commits since, and with whom, each once", async () => {
    assert.deepEqual(await sourceAuthors(git, "aaa", "bbb"), [
      "Arthur@example.com",
      "bea@example.com",
      "coco@example.com",
    ]);
  });

  it("are those of the last commit where the one before is not known, or no other", async () => {
    for (const from of [undefined, "bbb", "gone"])
      assert.deepEqual(await sourceAuthors(git, from, "bbb"), ["arthur@example.com"]);
  });

  it("have among them who is about to commit, while files differ", async () => {
    assert.deepEqual(await sourceAuthors(git, "aaa+changes", "bbb+changes"), [
      "Arthur@example.com",
      "bea@example.com",
      "coco@example.com",
      "next@example.com",
    ]);
  });

  it("are nobody where git does not tell", async () => {
    assert.deepEqual(await sourceAuthors(repository({}), undefined, "unknown"), []);
  });
});

describe("hasCommit", () => {
  it("tells a clone that was cut short", async () => {
    const git = repository({ aaa: "commit\n" });
    assert.deepEqual(
      [await hasCommit(git, "aaa"), await hasCommit(git, "aaa+changes"), await hasCommit(git, "b")],
      [true, true, false],
    );
  });
});
