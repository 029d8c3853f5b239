import assert from "node:assert/strict";
import { type Candidate, dueOf } from "../../../../release/rehearsal/due";

type Known = Parameters<typeof dueOf>[1];

const stays: Candidate = { live: "green", taskDefinitionArn: "new" };
const moved: Candidate = { ...stays, from: "blue" };
const returned: Candidate = { ...moved, returns: true };
const first: Candidate = { ...stays, isNew: true };
const KINDS = { stays, moved, returned, first } as const;
type Kind = keyof typeof KINDS;

describe("what a rehearsal has to do", () => {
  const kinds = Object.keys(KINDS) as Kind[];
  const rehearsed = { version: "new" };
  const before = { version: "old" };

  it("is nothing where no service is", () => {
    assert.equal(dueOf({}, {}), undefined);
  });

  it("is to send a new version's traffic back, once", () => {
    for (const known of [undefined, before])
      assert.deepEqual(dueOf({ web: moved }, { web: known }), { loaded: ["web"], back: ["web"] });
    assert.equal(dueOf({ web: moved }, { web: rehearsed }), undefined);
  });

  it("is a load alone where there is nothing before", () => {
    assert.deepEqual(dueOf({ web: first }, {}), { loaded: ["web"], back: [] });
    assert.equal(dueOf({ web: first }, { web: rehearsed }), undefined);
  });

  it("is nothing where an update goes back, or moves nothing", () => {
    assert.equal(dueOf({ web: returned, api: stays }, {}), undefined);
  });

  it("takes along what went back where something else is new: a rollback is of a release", () => {
    const both = { loaded: ["api", "web"], back: ["api", "web"] };
    assert.deepEqual(dueOf({ api: returned, web: moved }, {}), both);
  });

  it("holds of any two services, whatever is known of them", () => {
    const knowns = [undefined, before, rehearsed];
    for (const a of kinds)
      for (const b of kinds)
        for (const ofA of knowns)
          for (const ofB of knowns) {
            const services = { a: KINDS[a], b: KINDS[b] };
            const known: Known = { a: ofA, b: ofB };
            const due = dueOf(services, known);
            const open = { a: ofA !== rehearsed, b: ofB !== rehearsed };
            const isMoved = { a: /moved|returned/.test(a), b: /moved|returned/.test(b) };
            const names = ["a", "b"] as const;
            const back =
              (a === "moved" && open.a) || (b === "moved" && open.b)
                ? names.filter((name) => isMoved[name])
                : [];
            const alone = names.filter((name) => services[name].isNew && open[name]);
            const wanted = { loaded: [...back, ...alone], back };
            const text = JSON.stringify([services, known]);
            assert.deepEqual(due, wanted.loaded.length === 0 ? undefined : wanted, text);
          }
  });
});
