import assert from "node:assert/strict";
import { otherSlot, SLOTS } from "../../../release/slots";
import { allTo, describeWeights, sameWeights } from "../../../release/weights";

describe("weights", () => {
  it("give one slot everything and the other nothing", () => {
    for (const slot of SLOTS) {
      assert.equal(allTo(slot)[slot], 100);
      assert.equal(allTo(slot)[otherSlot(slot)], 0);
    }
  });

  it("are the same when both slots have the same share", () => {
    const all = [0, 10, 100].flatMap((blue) => [0, 10, 100].map((green) => ({ blue, green })));
    for (const one of all)
      for (const other of all) assert.equal(sameWeights(one, { ...other }), one === other);
  });

  it("are told in percent", () => {
    assert.equal(describeWeights({ blue: 90, green: 10 }), "blue 90 %, green 10 %");
  });
});
