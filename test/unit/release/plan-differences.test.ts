import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import type { EnginePlan, PlannedStep } from "../../../release/engine-plan";
import {
  liveDifferences,
  planWord,
  stepDifferences,
  subjectOf,
  worldDifferences,
} from "../../../release/plan-differences";
import type { LiveWeights, PlanWorld } from "../../../release/saved-plan";

const text = fc.constantFrom("a", "b", "constructor", "__proto__");
const marks = fc.dictionary(text, fc.constantFrom("1", "2"));
const history = fc.record({
  kind: fc.constantFrom("update", "destroy", "refresh"),
  result: fc.constantFrom("succeeded", "failed"),
  startedAt: fc.constantFrom("2026-11-21T08:00:00.000Z", "2026-11-21T09:00:00.000Z"),
});
const world: fc.Arbitrary<PlanWorld> = fc.record({
  project: fc.constantFrom("p", "q"),
  stack: fc.constantFrom("stage", "production"),
  backend: fc.constantFrom("file:///a", "s3://b"),
  state: fc.record({
    checkpoint: fc.constantFrom("1", "2"),
    last: fc.option(history, { nil: null }),
  }),
  config: marks,
  source: marks,
  commit: fc.constantFrom(null, "c0ffee"),
});
const urn = fc.constantFrom("urn:pulumi:s::p::t$a:b:C::web", "urn:pulumi:s::p::a:b:C::api");
const weights = fc.record({ blue: fc.nat({ max: 2 }), green: fc.nat({ max: 2 }) });
const live: fc.Arbitrary<LiveWeights> = fc.dictionary(
  fc.constantFrom("web", "api"),
  fc.option(weights, { nil: null }),
);
const ops = fc.constantFrom(
  ["create"],
  ["update"],
  ["delete"],
  ["import"],
  ["create-replacement", "replace", "delete-replaced"],
);
const step: fc.Arbitrary<PlannedStep> = fc.record({ ops, inputs: marks });
const engine: fc.Arbitrary<EnginePlan> = fc.record({
  steps: fc.dictionary(urn, step),
  unchanged: fc.nat(),
  outputs: fc.constant({}),
});

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
/** Whether two values are the same, whatever the order of their keys and their prototypes. */
const isSame = (a: unknown, b: unknown): boolean => isDeepStrictEqual(copy(a), copy(b));

describe("the differences of two worlds", () => {
  it("are none exactly where the worlds are the same", () => {
    fc.assert(
      fc.property(world, world, (then, now) => {
        assert.equal(worldDifferences(then, now).length === 0, isSame(then, now));
        assert.deepEqual(worldDifferences(then, copy(then)), []);
      }),
      { numRuns: 2000 },
    );
  });

  it("name each part that differs, and no other", () => {
    fc.assert(
      fc.property(world, world, (then, now) => {
        const named = new Set(worldDifferences(then, now).map(({ what }) => what));
        for (const part of ["project", "stack", "backend", "state", "config"] as const)
          assert.equal(named.has(part), !isSame(then[part], now[part]), part);
        const isSource = isSame(then.source, now.source) && then.commit === now.commit;
        assert.equal(named.has("source"), !isSource);
      }),
      { numRuns: 1000 },
    );
  });

  it("name each key and file with what happened to it, names that every object has among them", () => {
    const base: PlanWorld = {
      project: "p",
      stack: "stage",
      backend: "file:///a",
      state: { checkpoint: "1", last: null },
      config: { a: "1", b: "1" },
      source: { constructor: "1" },
      commit: null,
    };
    const now = { ...base, config: { a: "2", c: "1" }, source: { toString: "1" } };
    assert.deepEqual(
      worldDifferences(base, now as unknown as PlanWorld).map(
        (each) => `${each.what}: ${each.text}`,
      ),
      [
        "config: a was changed",
        "config: b was removed",
        "config: c was added",
        "source: constructor was removed",
        "source: toString was added",
      ],
    );
  });

  it("say what was run on the stack, and tell it from an edit of the state alone", () => {
    const state = (checkpoint: string, last: PlanWorld["state"]["last"]): PlanWorld =>
      ({ config: {}, source: {}, state: { checkpoint, last } }) as unknown as PlanWorld;
    const last = { kind: "update", result: "succeeded", startedAt: "2026-11-21T08:00:00.000Z" };
    const told = (then: PlanWorld, now: PlanWorld): string[] =>
      worldDifferences(then, now).map((each) => each.text);
    assert.deepEqual(told(state("1", null), state("2", last)), [
      "the last thing that was run on the stack is now update of 2026-11-21T08:00:00.000Z, which succeeded",
    ]);
    assert.deepEqual(told(state("1", last), state("1", { ...last, result: "in-progress" })), [
      "the last thing that was run on the stack is now update of 2026-11-21T08:00:00.000Z, which ended as in-progress",
    ]);
    assert.deepEqual(told(state("1", last), state("2", null)), [
      "the last thing that was run on the stack is now nothing",
    ]);
    assert.match(told(state("1", last), state("2", last))[0] ?? "", /without an update/);
  });
});

describe("the differences of live weights", () => {
  it("are none exactly where each rule has what it had", () => {
    fc.assert(
      fc.property(live, live, (then, now) => {
        const urns = new Set([...Object.keys(then), ...Object.keys(now)]);
        const changed = [...urns].filter((each) => !isSame(then[each] ?? null, now[each] ?? null));
        assert.equal(liveDifferences(then, now).length, changed.length);
      }),
    );
  });
});

describe("the differences of two previews", () => {
  it("are none exactly where the steps are the same, whatever stays", () => {
    fc.assert(
      fc.property(engine, engine, (then, now) => {
        assert.equal(stepDifferences(then, now).length === 0, isSame(meant(then), meant(now)));
      }),
      { numRuns: 2000 },
    );
  });

  it("are told for each resource once", () => {
    fc.assert(
      fc.property(engine, engine, (then, now) => {
        const urns = new Set([...Object.keys(then.steps), ...Object.keys(now.steps)]);
        assert.ok(stepDifferences(then, now).length <= urns.size);
      }),
    );
  });

  it("say what is planned and what would be done, in plain words", () => {
    const web = "urn:pulumi:s::p::x:y:Z$a:b:C::web";
    const plan = (steps: EnginePlan["steps"]): EnginePlan => ({ steps, unchanged: 0, outputs: {} });
    const told = (then: EnginePlan, now: EnginePlan): string =>
      stepDifferences(then, now)[0]?.text ?? "";
    const update = { ops: ["update"], inputs: { a: "1", b: "2" } };
    const replace = { ops: ["create-replacement", "replace"], inputs: {} };
    assert.equal(
      told(plan({ [web]: replace }), plan({})),
      "web (C): the plan is to replace it, an update now would leave it as it is",
    );
    assert.equal(
      told(plan({ [web]: update }), plan({ [web]: { ...update, inputs: { a: "2", b: "2" } } })),
      "web (C): a would get another value than the plan says",
    );
    assert.equal(
      told(plan({ [web]: update }), plan({ [web]: { ...update, inputs: {} } })),
      "web (C): a, b would get other values than the plan says",
    );
  });

  /** What a plan means for each resource: the order of a replacement's parts does not matter. */
  const meant = ({ steps }: EnginePlan): unknown =>
    Object.fromEntries(
      Object.entries(steps).map(([each, { inputs, ...rest }]) => [
        each,
        { does: planWord({ inputs, ...rest }), inputs },
      ]),
    );
});

describe("what is said of a resource", () => {
  it("is its name and the last part of its type, and the whole URN where that is none", () => {
    assert.equal(subjectOf("urn:pulumi:s::p::x:y:Z$a:b/c:D::web::x"), "web::x (D)");
    assert.equal(subjectOf("odd"), "odd ()");
  });

  it("is what becomes of it, words that are not known included", () => {
    assert.equal(planWord(undefined), "leave it as it is");
    assert.equal(planWord({ ops: ["delete-replaced"], inputs: {} }), "replace it");
    assert.equal(planWord({ ops: ["remove-pending-replace"], inputs: {} }), "replace it");
    assert.equal(planWord({ ops: ["discard"], inputs: {} }), "do discard");
  });
});
