import assert from "node:assert/strict";
import {
  assignSlots,
  otherSlot,
  type Slot,
  SLOTS,
  type SlotState,
  standbySlot,
} from "../../../release/slots";

/** Content and a mark of when it was recorded: the same content can be recorded twice. */
interface Recorded {
  readonly content: string;
  readonly at: number;
}

const CONTENTS = ["a", "b", "c"];
const same = (one: Recorded, other: Recorded): boolean => one.content === other.content;

/** Every state there can be over the alphabet, the ones `assignSlots` never makes included. */
function allStates(): (SlotState<Recorded> | undefined)[] {
  const held = [undefined, ...CONTENTS];
  const record = (content: string | undefined, at: number): Recorded | undefined =>
    content === undefined ? undefined : { content, at };
  const states = SLOTS.flatMap((live) =>
    held.flatMap((blue) =>
      held.map((green) => ({ live, blue: record(blue, -2), green: record(green, -1) })),
    ),
  );
  return [undefined, ...states];
}

/** Every sequence of contents up to a length. */
function allSequences(length: number): string[][] {
  if (length === 0) return [[]];
  const shorter = allSequences(length - 1);
  const longest = shorter.filter((sequence) => sequence.length === length - 1);
  return [...shorter, ...longest.flatMap((each) => CONTENTS.map((content) => [...each, content]))];
}

describe("assignSlots", () => {
  const A = { content: "a", at: 0 };
  const B = { content: "b", at: 0 };
  const C = { content: "c", at: 0 };

  it("starts with the desired revision live on blue and nothing on green", () => {
    assert.deepEqual(assignSlots(undefined, A), { live: "blue", blue: A, green: undefined });
  });

  it("changes nothing while the live slot holds the desired revision", () => {
    const previous: SlotState<Recorded> = { live: "green", blue: A, green: B };
    assert.equal(assignSlots(previous, { content: "b", at: 9 }, same), previous);
  });

  it("flips to the standby that holds the desired revision, keeping it as recorded", () => {
    const next = assignSlots({ live: "green", blue: A, green: B }, { content: "a", at: 9 }, same);
    assert.deepEqual(next, { live: "blue", blue: A, green: B });
    assert.equal(next.blue, A);
  });

  it("gives another revision to the standby and flips to it", () => {
    const next = assignSlots({ live: "blue", blue: A, green: B }, C, same);
    assert.deepEqual(next, { live: "green", blue: A, green: C });
  });

  it("leaves the previous state as it was", () => {
    const previous: SlotState<Recorded> = Object.freeze({ live: "blue", blue: A, green: B });
    assignSlots(previous, C, same);
    assert.deepEqual(previous, { live: "blue", blue: A, green: B });
  });

  it("compares a recorded revision with a desired one of another type", () => {
    const next = assignSlots({ live: "blue", blue: A, green: B }, "b", (r, d) => r.content === d);
    assert.deepEqual(next, { live: "green", blue: A, green: B });
  });

  it("keeps its invariants in every state and for every sequence of up to five deliveries", () => {
    let steps = 0;
    for (const start of allStates()) {
      for (const sequence of allSequences(5)) {
        let state = start;
        for (const [at, content] of sequence.entries()) {
          state = checkedStep(state, { content, at });
          steps++;
        }
      }
    }
    assert.equal(steps, 33 * (3 + 9 * 2 + 27 * 3 + 81 * 4 + 243 * 5));
  });
});

function checkedStep(
  before: SlotState<Recorded> | undefined,
  desired: Recorded,
): SlotState<Recorded> {
  const after = assignSlots(before, desired, same);
  const changed = SLOTS.filter((slot) => before?.[slot] !== after[slot]);
  assert.ok(after[after.live] !== undefined && same(after[after.live] as Recorded, desired));
  assert.ok(changed.length <= 1, "at most one slot's content changes");
  if (before !== undefined) {
    assert.equal(after[before.live], before[before.live], "what is live stays as it is");
    if (changed.length > 0) assert.equal(after.live, changed[0], "a new revision goes live");
    assert.ok(changed.every((slot) => slot === standbySlot(before)));
  }
  assert.equal(
    assignSlots(after, { ...desired, at: -9 }, same),
    after,
    "doing it again does nothing",
  );
  const replaced = before?.[before.live];
  if (replaced !== undefined && !same(replaced, desired)) {
    const back = assignSlots(after, { ...replaced, at: -9 }, same);
    assert.ok(
      SLOTS.every((slot) => back[slot] === after[slot]),
      "a rollback changes no content",
    );
    assert.equal(back.live, before?.live);
    assert.equal(back[back.live], replaced);
  }
  return after;
}

describe("otherSlot", () => {
  it("swaps blue and green", () => {
    assert.deepEqual(SLOTS.map(otherSlot), ["green", "blue"] satisfies Slot[]);
  });
});
