import assert from "node:assert/strict";
import { suggest } from "../../../settings/suggest";

describe("suggest", () => {
  const known = ["network", "build", "tags"];

  it("finds the close name, whatever its case", () => {
    assert.equal(suggest("netwrok", known, "remove it"), "did you mean network?");
    assert.equal(suggest("Build", known, "remove it"), "did you mean build?");
    assert.equal(suggest("tag", known, "remove it"), "did you mean tags?");
  });

  it("says what else to do where none is close", () => {
    assert.equal(suggest("colour", known, "remove it"), "remove it");
    assert.equal(suggest("", known, "remove it"), "remove it");
    assert.equal(suggest("x".repeat(100_000), known, "remove it"), "remove it");
  });
});
