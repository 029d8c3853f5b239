import assert from "node:assert/strict";
import type { Facts } from "../../../../release/gate/facts";
import { decideBy, entry, failing, roleArn } from "./samples";

const promoted = entry("promoted", roleArn("promoter", "paula"));

describe("an emergency", () => {
  const reason = { details: { reason: "the site is down" } };
  const word = (person: string, more = reason): ReturnType<typeof entry> =>
    entry("overridden", roleArn("on-call", person), more);
  const way = (here: Facts["here"]): string => decideBy({}, { here, there: [] }).way;

  it("lets a release in by a second person's word, with all that does not hold on show", () => {
    const verdict = decideBy({}, { here: [promoted, word("olga")], there: [] });
    assert.equal(verdict.way, "overridden");
    assert.equal(verdict.because?.by.arn, roleArn("on-call", "olga"));
    assert.equal(failing(verdict).length, 5);
  });

  it("asks for a second person, a reason, a right to it, and a promotion before it", () => {
    assert.equal(way([promoted, word("paula")]), "closed");
    assert.equal(way([promoted, word("olga", { details: { reason: " " } })]), "closed");
    assert.equal(
      way([promoted, entry("overridden", roleArn("approver", "olga"), reason)]),
      "closed",
    );
    assert.equal(way([word("olga")]), "closed");
    const again = entry("promoted", roleArn("promoter", "pia"));
    assert.equal(way([promoted, again, word("paula")]), "closed");
    const before = word("olga");
    assert.equal(way([before, entry("promoted", roleArn("promoter", "paula"))]), "closed");
  });
});

describe("an emergency's word", () => {
  const said = (minutesAgo: number, more = {}): Facts["here"][number] =>
    entry("overridden", roleArn("on-call", "olga"), {
      minutesAgo,
      details: { reason: "the site is down" },
      ...more,
    });
  const asked = entry("promoted", roleArn("promoter", "paula"), { sequence: 1 });
  const verdict = (here: Facts["here"], more: Partial<Facts> = {}): ReturnType<typeof decideBy> =>
    decideBy({}, { here: [asked, ...here], there: [], ...more });

  it("counts for four hours, and then says that it must be said again", () => {
    assert.equal(verdict([said(239)]).way, "overridden");
    for (const minutes of [240, 90 * 24 * 60]) {
      const { way, conditions } = verdict([said(minutes)]);
      assert.equal(way, "closed");
      const { name, found, action } = conditions.at(-1) ?? assert.fail();
      assert.match(name, /^emergency, by the word of .*\/olga \(entry \d+\)$/);
      assert.match(found, /^said 2026-.*Z, and it counts for 4 hours$/);
      assert.match(action, /-- approve aaaaaaaaaaaa --stack production --emergency "/);
    }
    assert.equal(verdict([said(300), said(5)]).way, "overridden");
  });

  it("lets in past a freeze that was there when it was said, and past none that came later", () => {
    const frozen = entry("frozen", roleArn("on-call", "otto"), { sequence: 50 });
    const [before, after] = [said(5, { sequence: 49 }), said(5, { sequence: 51 })];
    const refused = verdict([before], { frozen });
    assert.equal(refused.way, "closed");
    assert.match(failing(refused).at(-1) ?? "", /before the stack was frozen by .*\/otto, 2026-/);
    assert.equal(verdict([after], { frozen }).way, "overridden");
    const unfrozen = { ...frozen, kind: "unfrozen" } as const;
    assert.equal(verdict([before], { frozen: unfrozen }).way, "overridden");
  });

  it("lets in what the stack is declared from when it first does, and nothing else", () => {
    const word = said(5);
    const admitted = (because: number): Facts["here"][number] =>
      entry("admitted", roleArn("deployer", "x"), { details: { because, declaration: "1" } });
    const here = [word, admitted(word.sequence)];
    assert.equal(verdict(here, { declaration: "1" }).way, "overridden");
    const refused = verdict(here, { declaration: "2" });
    assert.equal(refused.way, "closed");
    assert.match(
      failing(refused).at(-1) ?? "",
      /declared from something else than when it let this release in, 2026-/,
    );
    assert.equal(verdict([...here, said(1)], { declaration: "2" }).way, "overridden");
    assert.equal(verdict([word, admitted(1)], { declaration: "2" }).way, "overridden");
  });
});
