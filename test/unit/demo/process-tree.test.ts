import assert from "node:assert/strict";
import { processTree } from "../../../demo/process-tree";

describe("processTree", () => {
  it("names a process first, then all that it started, and nothing else", () => {
    const parentOf = new Map([
      [10, 1],
      [11, 10],
      [12, 11],
      [13, 10],
      [20, 1],
      [21, 20],
    ]);
    assert.deepEqual(processTree(10, parentOf), [10, 11, 13, 12]);
  });

  it("names a process alone that started nothing", () => {
    assert.deepEqual(processTree(10, new Map([[10, 1]])), [10]);
  });
});
