import assert from "node:assert/strict";
import { merged, secondsIn, shares, without } from "../../../bench/intervals";
import { UpdateSteps } from "../../../bench/update-steps";

const at = (from: number, to: number) => ({ from, to });

describe("intervals", () => {
  it("are counted once where they overlap, and not at all where they end before they begin", () => {
    assert.deepEqual(merged([at(5, 6), at(1, 3), at(2, 4), at(9, 8)]), [at(1, 4), at(5, 6)]);
    assert.equal(secondsIn([at(5, 6), at(1, 3), at(2, 4)]), 4);
  });

  it("leave what is in none of them", () => {
    assert.deepEqual(without(at(0, 10), [at(-1, 1), at(2, 3), at(9, 12)]), [at(1, 2), at(3, 9)]);
    assert.deepEqual(without(at(0, 10), []), [at(0, 10)]);
    assert.deepEqual(without(at(4, 5), [at(0, 10)]), []);
  });

  it("share what goes on at the same time by who is named first", () => {
    const named = { a: [at(1, 3)], b: [at(2, 5)] };
    assert.deepEqual(shares([at(0, 10)], named, "rest"), { a: 2, b: 2, rest: 6 });
  });
});

describe("the steps of an update", () => {
  it("begin and end with the lines that tell of them", () => {
    const steps = new UpdateSteps();
    const lines: [number, string][] = [
      [1, " ~  pulumi-nodejs:dynamic/switchyard:SlotReady web-blue updating (0s) [diff: ~x]"],
      [2, "@ updating...."],
      [3, " ++ aws:ecs:TaskDefinition web-blue creating replacement (0s)"],
      [4, " ++ aws:ecs:TaskDefinition web-blue created replacement (0.08s)"],
      [6, " ~  pulumi-nodejs:dynamic/switchyard:SlotReady web-blue updated (5s) [diff: ~x]"],
    ];
    for (const [when, line] of lines) steps.take(line, when);
    assert.deepEqual(steps.of("SlotReady"), [{ name: "SlotReady web-blue", from: 1, to: 6 }]);
    assert.deepEqual(steps.of("TaskDefinition"), [
      { name: "TaskDefinition web-blue", from: 3, to: 4 },
    ]);
  });
});
