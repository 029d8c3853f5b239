import assert from "node:assert/strict";
import fc from "fast-check";
import { mapValues, pick } from "../../../release/map-values";

describe("mapValues", () => {
  it("keeps the keys and maps each value with its key", () => {
    assert.deepEqual(
      mapValues({ a: 1, b: 2 }, (value, key) => `${key}${value}`),
      { a: "a1", b: "b2" },
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.nat()), (record) => {
        const mapped = mapValues(record, (value) => value);
        assert.deepEqual(Object.entries(mapped), Object.entries(record));
      }),
    );
  });
});

describe("pick", () => {
  it("gives what is there, and takes anything else for a bug", () => {
    assert.equal(pick({ a: 0 }, "a"), 0);
    assert.throws(() => pick({ a: 0 }, "b"), { message: "nothing is called b here" });
  });
});
