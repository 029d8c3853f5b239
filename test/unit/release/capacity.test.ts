import assert from "node:assert/strict";
import { tasksOf } from "../../../release/capacity";

describe("the tasks of a slot", () => {
  it("are never fewer than the settings ask for, nor fewer than it was scaled to", () => {
    for (let desired = 0; desired < 8; desired++)
      for (let asked = 1; asked < 8; asked++)
        for (const before of [undefined, 1, 3, 5, 7]) {
          const tasks = tasksOf(desired, asked, before);
          assert.ok(tasks >= asked);
          if (desired !== before) assert.equal(tasks, Math.max(desired, asked));
        }
  });

  it("follow the settings down where nothing else has scaled it", () => {
    assert.equal(tasksOf(5, 2, 5), 2);
    assert.equal(tasksOf(6, 2, 5), 6, "a policy has scaled it out");
  });

  it("come back from a slot that was scaled to nothing", () => {
    assert.equal(tasksOf(0, 3, 3), 3);
  });
});
