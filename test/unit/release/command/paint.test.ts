import assert from "node:assert/strict";
import { paintFor, printable } from "../../../../release/command/paint";

describe("paintFor", () => {
  const terminal = { isTTY: true };

  it("colours on a terminal", () => {
    assert.equal(paintFor(terminal, {})("red", "x"), "\u001b[31mx\u001b[39m");
    assert.equal(paintFor(terminal, { NO_COLOR: "" })("red", "x"), "\u001b[31mx\u001b[39m");
  });

  it("does not colour anywhere else, with NO_COLOR, or on a terminal that can't", () => {
    assert.equal(paintFor({}, {})("red", "x"), "x");
    assert.equal(paintFor({ isTTY: false }, {})("red", "x"), "x");
    assert.equal(paintFor(terminal, { NO_COLOR: "1" })("red", "x"), "x");
    assert.equal(paintFor(terminal, { TERM: "dumb" })("red", "x"), "x");
  });
});

describe("printable", () => {
  it("takes out what a terminal would obey, and keeps lines", () => {
    assert.equal(printable("a\u001b[31m\tb\nc\u202e\u009bd\r"), "a[31m\tb\ncd");
  });
});
