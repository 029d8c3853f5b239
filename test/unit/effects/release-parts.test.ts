import assert from "node:assert/strict";
import { mock } from "node:test";
import fc from "fast-check";
import { type ReleasePart, switchTogether } from "../../../effects/release-parts";
import { clock } from "../../../effects/interruption";

interface Plan {
  readonly seconds?: number;
  readonly failsAt?: string;
  readonly ailsAt?: number;
}

/** A part that writes down what is done to it. */
class FakePart implements ReleasePart {
  readonly name: string;
  readonly order: number;
  state: "before" | "moving" | "live" | "back" = "before";
  private readonly story: string[];
  private readonly plan: Plan;
  private over = 0;

  constructor(name: string, order: number, story: string[], plan: Plan = {}) {
    [this.name, this.order, this.story, this.plan] = [name, order, story, plan];
  }

  private tell(what: string): void {
    this.story.push(`${this.name} ${what}`);
    if (this.plan.failsAt === what) throw new Error(`${what} failed`);
  }
  async prepare(): Promise<void> {
    await Promise.resolve();
    this.tell("prepare");
  }
  async advance(): Promise<number | undefined> {
    await Promise.resolve();
    if (this.state === "before") {
      this.state = "moving";
      this.tell("move");
      this.over = Date.now() + (this.plan.seconds ?? 0) * 1000;
    }
    const left = (this.over - Date.now()) / 1000;
    if (left > 0) return left;
    this.state = "live";
    return undefined;
  }
  async look(): Promise<void> {
    await Promise.resolve();
    if (Date.now() / 1000 >= (this.plan.ailsAt ?? Infinity)) throw new Error("it ails");
  }
  async undo(): Promise<string | undefined> {
    await Promise.resolve();
    if (this.state === "before") return undefined;
    this.state = "back";
    this.story.push(`${this.name} back`);
    return "it is back";
  }
  describe(reason: string, undone: string | undefined): string {
    return `${this.name}: ${undone === undefined ? "not moved" : `moved, ${undone}`}: ${reason}`;
  }
}

describe("a release of several services", () => {
  const { pause } = clock;
  let story: string[];
  const replacePause = (value: typeof clock.pause): void => {
    clock.pause = value;
  };
  beforeEach(() => {
    story = [];
    mock.timers.enable({ apis: ["Date"] });
    replacePause((seconds) => {
      mock.timers.tick(seconds * 1000);
      return Promise.resolve();
    });
  });
  afterEach(() => {
    mock.timers.reset();
    replacePause(pause);
  });

  it("prepares everything before anything moves, and moves together what has one number", async () => {
    const parts = [
      new FakePart("late", 2, story),
      new FakePart("one", 1, story, { seconds: 5 }),
      new FakePart("two", 1, story, { seconds: 9 }),
    ];
    await switchTogether(parts);
    assert.deepEqual(story, [
      "late prepare",
      "one prepare",
      "two prepare",
      "one move",
      "two move",
      "late move",
    ]);
    assert.equal(Date.now(), 9000, "the slowest of a group decides, and the next waits for it");
  });

  it("turns back what is live already when a later one fails, the last one first", async () => {
    const parts = [
      new FakePart("one", 0, story, { seconds: 3 }),
      new FakePart("two", 1, story, { failsAt: "move" }),
      new FakePart("three", 2, story),
    ];
    await assert.rejects(switchTogether(parts), {
      message: "two: moved, it is back: move failed\none: turned back with two, it is back",
    });
    assert.deepEqual(story.slice(-2), ["two back", "one back"]);
    assert.equal(parts[2]?.state, "before");
  });

  it("turns everything back when one that is live already ails while a later one moves", async () => {
    const parts = [
      new FakePart("one", 0, story, { ailsAt: 4 }),
      new FakePart("two", 1, story, { seconds: 60 }),
    ];
    await assert.rejects(switchTogether(parts), {
      message: "one: moved, it is back: it ails\ntwo: turned back with one, it is back",
    });
    assert.equal(Date.now(), 4000, "within a look");
  });

  it("moves nothing where one is not ready", async () => {
    const parts = [
      new FakePart("one", 0, story),
      new FakePart("two", 1, story, { failsAt: "prepare" }),
    ];
    await assert.rejects(switchTogether(parts), { message: "two: not moved: prepare failed" });
    assert.deepEqual(story, ["one prepare", "two prepare"]);
  });

  it("tells of each one that was on its way when the update was interrupted", async () => {
    const parts = [
      new FakePart("one", 0, story, { seconds: 9 }),
      new FakePart("two", 0, story, { seconds: 9 }),
      new FakePart("late", 1, story),
    ];
    replacePause(() => Promise.reject(new Error("the update was interrupted")));
    await assert.rejects(switchTogether(parts), {
      message:
        "one: moved, it is back: the update was interrupted\n" +
        "two: moved, it is back: the update was interrupted",
    });
  });

  it("is live as a whole or not at all, whatever fails and when", async () => {
    const part = fc.record({
      order: fc.integer({ min: 0, max: 2 }),
      seconds: fc.integer({ min: 0, max: 9 }),
      failsAt: fc.option(fc.constantFrom("prepare", "move"), { nil: undefined, freq: 6 }),
      ailsAt: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined, freq: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 5 }), async (plans) => {
        mock.timers.setTime(0);
        story.length = 0;
        const parts = plans.map(
          ({ order, failsAt, ailsAt, seconds }, index) =>
            new FakePart(`s${index}`, order, story, {
              seconds,
              ...(failsAt !== undefined && { failsAt }),
              ...(ailsAt !== undefined && { ailsAt }),
            }),
        );
        const isLive = await switchTogether(parts).then(
          () => true,
          () => false,
        );
        const states = new Set(parts.map(({ state }) => state));
        if (isLive) assert.deepEqual([...states], ["live"]);
        else assert.ok(!states.has("live") && !states.has("moving"), [...states].join());
        if (plans.some(({ failsAt }) => failsAt !== undefined)) assert.ok(!isLive);
        const moves = story.filter((line) => line.endsWith(" move"));
        const orders = moves.map((line) => plans[Number(line[1])]?.order ?? 0);
        assert.deepEqual(
          orders,
          [...orders].sort((a, b) => a - b),
          "in the order of the settings",
        );
      }),
      { numRuns: 500 },
    );
  });
});
