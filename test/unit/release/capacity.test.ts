import assert from "node:assert/strict";
import { askedTasks, tasksOf } from "../../../release/capacity";

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

  it("are none where the settings ask for none, whatever has scaled it", () => {
    for (let desired = 0; desired < 8; desired++)
      for (const before of [undefined, 0, 1, 3]) assert.equal(tasksOf(desired, 0, before), 0);
  });

  it("come back from a cold slot as the settings ask, or as it was scaled meanwhile", () => {
    assert.equal(tasksOf(0, 3, 0), 3);
    assert.equal(tasksOf(5, 3, 0), 5);
  });

  it("are asked for in each slot that has traffic or is kept warm, and in no other", () => {
    for (let tasks = 1; tasks < 5; tasks++) {
      assert.equal(askedTasks(true, { tasks, standby: "warm" }), tasks);
      assert.equal(askedTasks(true, { tasks, standby: "cold" }), tasks);
      assert.equal(askedTasks(false, { tasks, standby: "warm" }), tasks);
      assert.equal(askedTasks(false, { tasks, standby: "cold" }), 0);
    }
  });

  it("come back from a slot that was scaled to nothing", () => {
    assert.equal(tasksOf(0, 3, 3), 3);
  });
});
