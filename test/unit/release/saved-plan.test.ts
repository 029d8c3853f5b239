import assert from "node:assert/strict";
import fc from "fast-check";
import { openPlan, planId, type SavedPlan, writePlan } from "../../../release/saved-plan";

const marks = fc.dictionary(fc.string(), fc.string());
const maybe = <T>(each: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(each, { nil: null });
const mark = fc.record({ kind: fc.string(), result: fc.string(), startedAt: fc.string() });

const somePlan: fc.Arbitrary<SavedPlan> = fc.record({
  madeAt: fc.string(),
  madeBy: maybe(fc.string()),
  release: maybe(fc.record({ id: fc.string(), commit: fc.string() })),
  revision: maybe(fc.string()),
  world: fc.record({
    project: fc.string(),
    stack: fc.constantFrom("stage", "org/project/production"),
    backend: fc.string(),
    state: fc.record({ checkpoint: fc.string(), last: maybe(mark) }),
    config: marks,
    source: marks,
    commit: maybe(fc.string()),
  }),
  live: fc.dictionary(fc.string(), maybe(fc.record({ blue: fc.nat(), green: fc.nat() }))),
  engine: fc.string(),
});

describe("a plan's file", () => {
  it("gives the plan back as it was, Pulumi's own plan to the byte", () => {
    fc.assert(
      fc.property(somePlan, (plan) => {
        const opened = openPlan(writePlan(plan));
        assert.ok(opened.ok);
        assert.equal(opened.id, planId(plan));
        assert.equal(JSON.stringify(opened.plan), JSON.stringify(plan));
      }),
    );
  });

  it("is known as edited after any change of its content", () => {
    fc.assert(
      fc.property(somePlan, somePlan, (plan, other) => {
        fc.pre(JSON.stringify(plan) !== JSON.stringify(other));
        const file = JSON.parse(writePlan(plan)) as { plan: SavedPlan };
        assert.deepEqual(openPlan(JSON.stringify({ ...file, plan: other })), edited);
      }),
    );
  });

  it("is known as edited after any change of a character between its braces", () => {
    fc.assert(
      fc.property(somePlan, fc.nat(), fc.constantFrom("0", "x", "é"), (plan, at, char) => {
        const text = writePlan(plan);
        const start = text.indexOf('"plan"');
        const place = start + (at % (text.length - start));
        const changed = text.slice(0, place) + char + text.slice(place + 1);
        fc.pre(!isSame(changed, text));
        assert.equal(openPlan(changed).ok, false);
      }),
    );
  });

  it("may be laid out anew", () => {
    fc.assert(
      fc.property(somePlan, (plan) => {
        assert.ok(openPlan(JSON.stringify(JSON.parse(writePlan(plan)))).ok);
      }),
    );
  });

  it("is refused where a right id stands over what is no plan", () => {
    const plan = { madeAt: "now" } as SavedPlan;
    assert.deepEqual(openPlan(writePlan(plan)), edited);
    const bare = JSON.stringify({ format: "switchyard plan 1" });
    assert.deepEqual(openPlan(bare), edited);
  });

  it("is refused where it names a stack that no stack can be called", () => {
    fc.assert(
      fc.property(somePlan, fc.constantFrom("--help", "../x", "a b", ""), (plan, stack) => {
        const text = writePlan({ ...plan, world: { ...plan.world, stack } });
        assert.deepEqual(openPlan(text), edited);
      }),
    );
  });

  it("is foreign where it is something else, whatever that is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        assert.deepEqual(openPlan(text), { ok: false, why: "foreign" });
      }),
    );
  });
});

const edited = { ok: false, why: "edited" };

function isSame(a: string, b: string): boolean {
  try {
    return JSON.stringify(JSON.parse(a)) === JSON.stringify(JSON.parse(b));
  } catch {
    return false;
  }
}
