import assert from "node:assert/strict";
import fc from "fast-check";
import { countApprovals } from "../../../../release/gate/approvals";
import { excluded } from "../../../../release/gate/conditions";
import type { ApprovalRule } from "../../../../release/gate/gate";
import { personOf } from "../../../../release/gate/people";
import type { Entry } from "../../../../release/ledger/entry";
import { matches } from "../../../../release/text-pattern";
import { entry, facts, GATE, proof, roleArn } from "./samples";

const ANY = "arn:aws:sts::222222222222:assumed-role/*";
const rule = (count: number, ...roles: string[]): ApprovalRule => ({
  count,
  from: roles.map((role) => `arn:aws:sts::222222222222:assumed-role/${role}/*`),
});
const approval = (role: string, person: string, more: Partial<Entry> = {}): Entry =>
  entry("approved", roleArn(role, person), more);

function count(
  approvals: readonly ApprovalRule[],
  entries: readonly Entry[],
  people: Readonly<Record<string, readonly string[]>> = {},
): ReturnType<typeof countApprovals> {
  const gate = { ...GATE, approvals, people };
  return countApprovals(entries, gate, excluded(facts(), gate), 1);
}

const names = (counted: ReturnType<typeof countApprovals>): (readonly string[])[] =>
  counted.byRule.map(({ people }) => people);
const reasons = (counted: ReturnType<typeof countApprovals>): string[] =>
  counted.disregarded.map(({ why }) => why);

describe("approvals", () => {
  it("count one a person, however many roles the person takes on", () => {
    const twice = [approval("approver", "alice"), approval("sre", "alice@example.com")];
    assert.deepEqual(names(count([rule(2, "approver", "sre")], twice)), [["alice"]]);
    const two = [approval("approver", "alice"), approval("approver", "bob")];
    assert.deepEqual(names(count([rule(2, "approver")], two)), [["alice", "bob"]]);
  });

  it("count none of the author's, of who built the release, nor of who promoted it, under whatever name", () => {
    for (const [role, person, why] of [
      ["approver", "arthur", "arthur@example.com wrote a part of the release"],
      ["approver", "Arthur@other.example", "arthur@example.com wrote a part of the release"],
      ["approver", "paula", `${roleArn("promoter", "paula")} promoted the release`],
      ["approver", "pipeline", `${roleArn("deployer", "pipeline")} built the release`],
    ] as const) {
      const counted = count([rule(1, "approver")], [approval(role, person)]);
      assert.deepEqual(names(counted), [[]]);
      assert.deepEqual(reasons(counted), [why]);
    }
  });

  it("know a person by what the settings say, where names differ", () => {
    const people = { arthur: ["arthur@example.com", `${ANY}/kingart`] };
    const counted = count([rule(1, "approver")], [approval("approver", "kingart")], people);
    assert.deepEqual(reasons(counted), ["arthur@example.com wrote a part of the release"]);
    const apart = { other: [`${ANY}/arthur`] };
    const two = count([rule(1, "approver")], [approval("approver", "arthur")], apart);
    assert.deepEqual(names(two), [["other"]]);
  });

  it("count of those alone whom a rule names", () => {
    const foreign = entry("approved", "arn:aws:sts::333333333333:assumed-role/approver/alice");
    const counted = count([rule(1, "approver")], [approval("developer", "dora"), foreign]);
    assert.deepEqual(names(counted), [[]]);
    assert.deepEqual(reasons(counted), Array(2).fill("no rule names this principal"));
  });

  it("count from the time on at which the release was last asked for", () => {
    const old = approval("approver", "alice", { sequence: 3 });
    const gate = { ...GATE, approvals: [rule(1, "approver")] };
    assert.deepEqual(reasons(countApprovals([old], gate, new Map(), 4)), [
      "it was given before the release was asked for here",
    ]);
    assert.deepEqual(names(countApprovals([old], gate, new Map(), 3)), [["alice"]]);
  });

  it("satisfy as many rules as any way of counting them would", () => {
    const roles = ["a", "b", "c"] as const;
    const rules = fc.array(
      fc.record({
        count: fc.integer({ min: 1, max: 2 }),
        roles: fc.subarray([...roles], { minLength: 1 }),
      }),
      { minLength: 1, maxLength: 3 },
    );
    const given = fc.uniqueArray(
      fc.record({
        role: fc.constantFrom(...roles),
        person: fc.constantFrom("p1", "p2", "p3", "p4"),
      }),
      { maxLength: 6, selector: ({ role, person }) => `${role}/${person}` },
    );
    fc.assert(
      fc.property(rules, given, (some, approvals) => {
        const asked = some.map((each) => rule(each.count, ...each.roles));
        const entries = approvals.map(({ role, person }) => approval(role, person));
        const counted = names(count(asked, entries));
        const all = counted.flat();
        assert.equal(new Set(all).size, all.length, "each person once");
        for (const [index, people] of counted.entries())
          for (const person of people)
            assert.ok(
              approvals.some(
                (each) => each.person === person && some[index]?.roles.includes(each.role),
              ),
            );
        const seats = some.flatMap((each) => Array.from({ length: each.count }, () => each.roles));
        assert.equal(all.length, most(seats, approvals));
      }),
      { numRuns: 500 },
    );
  });
});

/** The most seats that can be filled, found by trying everything. */
function most(
  seats: readonly (readonly string[])[],
  approvals: readonly { role: string; person: string }[],
): number {
  const [first, ...rest] = seats;
  if (first === undefined) return 0;
  const fitting = new Set(
    approvals.filter(({ role }) => first.includes(role)).map(({ person }) => person),
  );
  const without = most(rest, approvals);
  const withOne = [...fitting].map(
    (person) =>
      1 +
      most(
        rest,
        approvals.filter((each) => each.person !== person),
      ),
  );
  return Math.max(without, ...withOne);
}

describe("a pattern", () => {
  it("takes * for any text, and everything else as it is", () => {
    assert.ok(matches("arn:*/approver/*", roleArn("approver", "alice")));
    assert.ok(!matches("arn:*/approver/", roleArn("approver", "alice")));
    assert.ok(!matches("a.c", "abc"));
    assert.ok(matches("a+(b)", "a+(b)"));
    assert.ok(!matches("*/approver/*", "arn:aws:sts::1:assumed-role/approvers/alice"));
  });

  it("tells whom a name belongs to", () => {
    assert.equal(personOf("arn:aws:iam::222222222222:user/team/Alice", {}), "alice");
    assert.equal(personOf("arn:aws:iam::222222222222:root", {}), "arn:aws:iam::222222222222:root");
    assert.equal(personOf("alice@example.com", {}), "alice");
  });
});

describe("who is excluded", () => {
  it("is every author of the release, each time that it was built, and everybody who asked for it", () => {
    const authors = ["arthur@example.com", "bea@example.com"];
    const there = [
      proof("built", {
        by: { arn: roleArn("deployer", "dora"), userId: "x" },
        details: { authors: ["old@example.com"] },
      }),
      proof("built", { details: { authors } }),
    ];
    const here = [
      entry("promoted", roleArn("promoter", "gone")),
      entry("replaced", roleArn("deployer", "x")),
      entry("promoted", roleArn("promoter", "pia")),
      entry("promoted", roleArn("promoter", "paula")),
    ];
    assert.deepEqual(
      [...excluded(facts({ here, there }), GATE).keys()],
      ["old", "arthur", "bea", "dora", "pipeline", "pia", "paula"],
    );
  });
});
