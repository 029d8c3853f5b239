import assert from "node:assert/strict";
import fc from "fast-check";
import { type Answer, type Course, measure } from "../../../../release/rehearsal/measure";
import { problemsOf } from "../../../../release/rehearsal/verdict";

const LIMITS = { latencySeconds: 2 };

/** Ten seconds each: green, blue from 10 s on, green again from 20 s on. Writing takes 100 ms each time. */
const COURSE: Course = {
  live: "green",
  back: { began: 10_000, done: 10_100 },
  forward: { began: 20_000, done: 20_100 },
};

/** Ten a second, each answered after 50 ms by whoever has the traffic; `late` ms after all is written. */
function answers(change: (answer: Answer) => Partial<Answer> = () => ({}), late = 0): Answer[] {
  return Array.from({ length: 300 }, (_, index): Answer => {
    const began = index * 100 + 1;
    const isBack = began >= 10_100 + late && began < 20_100 + late;
    const answer: Answer = { began, ended: began + 50, slot: isBack ? "blue" : "green" };
    return { ...answer, ...change(answer) };
  });
}

const without = (answer: Answer, ...keys: (keyof Answer)[]): Answer =>
  Object.fromEntries(
    Object.entries(answer).filter(([key]) => !keys.includes(key as keyof Answer)),
  ) as unknown as Answer;

const isBlue = ({ slot }: Answer): boolean => slot === "blue";

describe("the figures of a rehearsal", () => {
  it("are how many were asked and dropped, and how long each turn took", () => {
    assert.deepEqual(measure(answers(), COURSE), {
      requests: 300,
      dropped: 0,
      toldBy: "answers",
      secondsBack: 0.1,
      secondsForward: 0.1,
      load: { requests: 199, failed: 0, p50Ms: 50, p99Ms: 50 },
    });
  });

  it("count a turn until the last request that still went where the traffic was to leave", () => {
    const { secondsBack, secondsForward } = measure(answers(undefined, 1500), COURSE);
    assert.deepEqual([secondsBack, secondsForward], [1.5, 1.5]);
  });

  it("take no answer for late that came after the traffic was told to come back", () => {
    const all = [...answers(), { began: 19_990, ended: 20_150, slot: "green" as const }];
    assert.equal(measure(all, COURSE).secondsBack, 0.1);
    assert.deepEqual(problemsOf(all, COURSE, LIMITS), []);
  });

  it("are told by the weights where an answer does not say who gave it", () => {
    const one = answers().map((each, index) => (index === 7 ? without(each, "slot") : each));
    assert.equal(measure(one, COURSE).toldBy, "weights");
  });

  it("are those of a load alone where nothing goes back", () => {
    const all = answers(() => ({ slot: "green" }));
    const { load, ...others } = measure(all, { live: "green" });
    assert.deepEqual(others, { requests: 300, dropped: 0, toldBy: "answers" });
    assert.equal(load.requests, 300);
  });

  it("have times that some answer really took", () => {
    const all = answers((each) => ({ ended: each.began + (each.began === 1 ? 900 : 40) }));
    const { load } = measure(all, COURSE);
    assert.deepEqual([load.p50Ms, load.p99Ms], [40, 40]);
    const more = answers((each) => ({ ended: each.began + (each.began < 300 ? 900 : 40) }));
    assert.equal(measure(more, COURSE).load.p99Ms, 900);
  });

  it("count each request once, whatever became of it", () => {
    const anyAnswer: fc.Arbitrary<Answer> = fc
      .record({
        began: fc.integer({ min: 0, max: 30_000 }),
        took: fc.integer({ min: 0, max: 9000 }),
        fate: fc.constantFrom("blue", "green", "unsaid", "dropped", "wrong"),
      })
      .map(({ began, took, fate }) => ({
        ...{ began, ended: began + took },
        ...((fate === "blue" || fate === "green") && { slot: fate }),
        ...(fate === "dropped" && { dropped: "ECONNRESET" }),
        ...(fate === "wrong" && { wrong: "status 404 in place of 200" }),
      }));
    fc.assert(
      fc.property(fc.array(anyAnswer), (all) => {
        const { requests, dropped, load, secondsBack = -1 } = measure(all, COURSE);
        assert.equal(requests, all.length);
        assert.equal(dropped, all.filter((each) => each.dropped !== undefined).length);
        assert.ok(load.requests <= requests && load.failed <= load.requests);
        assert.ok(load.p50Ms <= load.p99Ms);
        assert.ok(secondsBack >= 0.1 && secondsBack <= 10);
        if (dropped > 0) assert.notDeepEqual(problemsOf(all, COURSE, LIMITS), []);
      }),
    );
  });
});

describe("the verdict on a rehearsal", () => {
  const says = (all: readonly Answer[], course = COURSE): string[] =>
    problemsOf(all, course, LIMITS);

  it("is good where every request was answered by the version that was to have it", () => {
    assert.deepEqual(says(answers()), []);
    assert.deepEqual(says(answers(undefined, 1500)), []);
    assert.deepEqual(says(answers().map((each) => without(each, "slot"))), []);
  });

  it("is bad for a single dropped request, wherever it was sent", () => {
    for (const at of [0, 105, 150, 299]) {
      const all = answers().map((each, index) =>
        index === at ? { ...without(each, "slot"), dropped: "ECONNRESET" } : each,
      );
      assert.deepEqual(says(all), ["1 of 300 requests were dropped: 1 times ECONNRESET"]);
    }
  });

  it("names the most frequent kinds", () => {
    const names = ["a", "b", "b", "c", "c", "c", "d"];
    const all = answers().map((each, index) => ({
      ...each,
      ...(names[index] !== undefined && { dropped: names[index] }),
    }));
    const text = "7 of 300 requests were dropped: 3 times c, 2 times b, 1 times a, and others";
    assert.deepEqual(says(all), [text]);
  });

  it("is bad where the version before never answered, or never for good", () => {
    const text = "no answer came from blue after all traffic was to go there";
    assert.deepEqual(says(answers(() => ({ slot: "green" }))), [text]);
    // Its last word in that time is the other version's.
    const again = answers((each) => (each.began > 19_850 && isBlue(each) ? { slot: "green" } : {}));
    assert.deepEqual(says(again), [text]);
  });

  it("is bad where the new version did not come back", () => {
    const all = answers((each) => (each.began > 10_100 ? { slot: "blue" } : {}));
    assert.deepEqual(says(all), ["no answer came from green after all traffic was to go there"]);
  });

  it("does not hold against the version before that it does not know the question", () => {
    const wrong = "status 404 in place of 200";
    assert.deepEqual(says(answers((each) => (isBlue(each) ? { wrong } : {}))), []);
    const all = answers((each) => (isBlue(each) ? {} : { wrong }));
    assert.deepEqual(says(all), [`199 of 199 answers were not as expected: 199 times ${wrong}`]);
  });

  it("is bad where answers take too long, or nobody was asked", () => {
    const slow = answers((each) => ({ ended: each.began + 2001 }));
    assert.deepEqual(says(slow), [
      "99 of 100 answers came within 2001 ms, and 2000 ms are allowed",
    ]);
    assert.deepEqual(says([], { live: "green" }), ["nobody asked the version in green"]);
  });
});
