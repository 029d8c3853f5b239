import fc from "fast-check";
import { canonicalJson, type Json } from "../../../release/canonical-json";

describe("canonicalJson", () => {
  it("writes what RFC 8785 asks for, whatever the value", async () => {
    const { default: canonicalize } = await import("canonicalize");
    // Its order is by UTF-16 code unit, in which a surrogate comes before U+FB33.
    const unit = fc.constantFrom(
      "a",
      "B",
      "1",
      '"',
      "\\",
      "\n",
      "\0",
      "é",
      "\u2028",
      "\ufb33",
      "😂",
    );
    const text = fc.string({ unit, maxLength: 6 });
    const key = fc.oneof(text, fc.nat(20).map(String), fc.constant("toJSON"));
    const { value } = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()),
        fc.constantFrom(null, true, false),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(key, tie("value"), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(value, (each) => canonicalJson(each) === canonicalize(each)),
      { numRuns: 1000 },
    );
  });
});
