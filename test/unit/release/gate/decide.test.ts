import assert from "node:assert/strict";
import { decide, type Verdict } from "../../../../release/gate/decide";
import type { Facts } from "../../../../release/gate/facts";
import type { Gate } from "../../../../release/gate/gate";
import { entry, facts, GATE, proof, roleArn } from "./samples";

const decideBy = (gate: Partial<Gate>, more: Partial<Facts> = {}): Verdict =>
  decide({ settings: { ...GATE, ...gate } }, facts(more), "production");

/** What does not hold, as a message would say it. */
const failing = ({ conditions }: Verdict): string[] =>
  conditions.filter(({ holds }) => !holds).map(({ name, found }) => `${name}: ${found}`);

const promoted = entry("promoted", roleArn("promoter", "paula"));
const approved = entry("approved", roleArn("approver", "alice"));

describe("a gate", () => {
  it("is open when all of its conditions hold", () => {
    const verdict = decideBy({});
    assert.equal(verdict.way, "open");
    assert.deepEqual(failing(verdict), []);
    assert.equal(verdict.conditions.length, 8);
  });

  it("is open where there is none", () => {
    assert.equal(decide({}, facts({ here: [], there: [] }), "stage").way, "open");
  });

  it("says all that does not hold at once, each with what to do", () => {
    const now = new Date("2026-12-24T20:00:00Z");
    const verdict = decideBy({}, { here: [], there: [], now });
    assert.equal(verdict.way, "closed");
    assert.deepEqual(failing(verdict), [
      "promoted to production: nothing on record",
      "built in stage: nothing on record",
      "smoke in stage: nothing on record",
      "live in stage: nothing on record",
      "60 min of all traffic in stage: 0 min",
      "1 approval of arn:aws:sts::222222222222:assumed-role/approver/*: none",
      "mon, wed 09:00 to 16:00 Europe/Berlin: thu 2026-12-24 21:00 Europe/Berlin",
      "no freeze: the holidays, 2026-12-20 to 2027-01-03 UTC",
    ]);
    assert.deepEqual(
      verdict.conditions.map(({ action }) => action),
      [
        "npm run release -- promote --from stage --to production",
        "npm run pulumi -- up -s stage, with this release",
        "npm run pulumi -- up -s stage, with this release",
        "npm run pulumi -- up -s stage, with this release",
        "wait until thu 2026-12-24 21:00 UTC, with this release live in stage",
        "npm run release -- approve aaaaaaaaaaaa --stack production",
        "come back then",
        "come back after 2027-01-03",
      ],
    );
  });

  it("takes no evidence that another stack's ledger has", () => {
    const there = facts().there.map((each) => ({ ...each, stack: "sandbox" }));
    assert.deepEqual(failing(decideBy({}, { there })).length, 4);
  });

  it("takes a proof of parity for the infrastructure that it is of alone", () => {
    const there = [...facts().there, proof("parity", { result: "1".repeat(64) })];
    const evidence = ["parity"] as const;
    assert.equal(decideBy({ evidence }, { there, shape: "1".repeat(64) }).way, "open");
    for (const shape of [{ shape: "2".repeat(64) }, {}]) {
      const verdict = decideBy({ evidence }, { there, ...shape });
      assert.match(
        failing(verdict).join(),
        /^parity in stage: .*, before the infrastructure changed$/,
      );
    }
  });

  it("counts the minutes in which the release had all traffic, and no others", () => {
    const live = (minutesAgo: number): ReturnType<typeof proof> => proof("live", { minutesAgo });
    const gone = (minutesAgo: number): ReturnType<typeof proof> =>
      proof("replaced", { minutesAgo });
    for (const [there, found] of [
      [[live(59)], "59 min"],
      [[live(60)], undefined],
      [[live(300), gone(270), live(10)], "40 min"],
      [[live(300), gone(270), live(30)], undefined],
      [[live(300), gone(250)], "50 min"],
      [[live(50), live(40)], "50 min"],
    ] as const)
      assert.deepEqual(
        failing(decideBy({ evidence: [] }, { there })),
        found === undefined ? [] : [`60 min of all traffic in stage: ${found}`],
      );
  });

  it("lets go back to what ran directly before, whatever else holds, and not forward again", () => {
    const other = "f".repeat(64);
    const replaced = entry("replaced", roleArn("deployer", "x"), { details: { by: other } });
    const here = [entry("live", roleArn("deployer", "x")), replaced];
    const now = new Date("2026-12-24T20:00:00Z");
    const successor = [entry("live", roleArn("deployer", "x"), { release: other })];
    assert.equal(decideBy({}, { here, successor, now }).way, "back");
    const gone = [...successor, entry("replaced", roleArn("deployer", "x"), { release: other })];
    assert.equal(decideBy({}, { here, successor: gone, now }).way, "closed");
    assert.equal(decideBy({}, { here, now }).way, "closed");
    const takenBack = [...here.slice(0, 1), { ...replaced, details: { by: other, way: "back" } }];
    assert.equal(decideBy({}, { here: takenBack, successor, now }).way, "closed");
  });

  it("asks nothing of a release that runs already", () => {
    const here = [entry("live", roleArn("deployer", "x"))];
    assert.equal(decideBy({}, { here, there: [] }).way, "unchanged");
  });

  it("lets a delivery that was let in be finished for four hours, though its window has closed", () => {
    const admitted = (minutesAgo: number): Facts["here"] => [
      promoted,
      approved,
      entry("admitted", roleArn("deployer", "x"), { minutesAgo }),
    ];
    const windows = [{ days: ["sun"], from: "00:00", to: "24:00", zone: "UTC" }] as const;
    assert.equal(decideBy({ windows }, { here: admitted(239) }).way, "finish");
    assert.equal(decideBy({ windows }, { here: admitted(240) }).way, "closed");
    const again = [...admitted(5), entry("promoted", roleArn("promoter", "paula"))];
    assert.equal(decideBy({ windows }, { here: again }).way, "closed");
  });

  it("stays closed while the stack is frozen by hand, and opens when it is unfrozen", () => {
    const frozen = entry("frozen", roleArn("on-call", "olga"), { details: { reason: "an audit" } });
    const verdict = decideBy({}, { frozen });
    assert.match(failing(verdict).join(), /^no freeze: an audit, by .*\/olga, 2026-/);
    assert.equal(
      verdict.conditions.at(-1)?.action,
      "npm run release -- unfreeze --stack production",
    );
    assert.equal(
      decideBy({}, { frozen: entry("unfrozen", roleArn("on-call", "olga")) }).way,
      "open",
    );
  });
});

describe("a gate that was made weaker", () => {
  const inForce = { gate: GATE, entry: entry("gate", roleArn("deployer", "x"), { sequence: 7 }) };

  it("lets nothing in that the one before would not", () => {
    const weaker: Gate = { ...GATE, approvals: [], windows: [], evidence: [], soakMinutes: 0 };
    const here = [promoted];
    const verdict = decide({ settings: weaker, inForce }, facts({ here }), "production");
    assert.equal(verdict.way, "closed");
    assert.deepEqual(failing(verdict), [
      "1 approval of arn:aws:sts::222222222222:assumed-role/approver/* (by the gate of entry 7): none",
    ]);
  });

  it("lets nothing in either when it was taken out", () => {
    const verdict = decide({ inForce }, facts({ here: [], there: [] }), "production");
    assert.equal(verdict.way, "closed");
    assert.equal(failing(verdict).length, 6);
  });

  it("says a condition that both have once", () => {
    const verdict = decide({ settings: GATE, inForce }, facts(), "production");
    assert.equal(verdict.conditions.length, 8);
  });

  it("may not name others for an emergency either", () => {
    const weaker: Gate = { ...GATE, emergency: ["*"] };
    const reason = { details: { reason: "the site is down" } };
    const here = [promoted, entry("overridden", roleArn("promoter", "eve"), reason)];
    assert.equal(
      decide({ settings: weaker, inForce }, facts({ here }), "production").way,
      "closed",
    );
    assert.equal(decide({ settings: weaker }, facts({ here }), "production").way, "overridden");
  });
});

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
    const before = word("olga");
    assert.equal(way([before, entry("promoted", roleArn("promoter", "paula"))]), "closed");
  });
});

describe("the clock", () => {
  it("is that of the window's zone, also on the days on which clocks change", () => {
    const berlin = { days: ["sun"], from: "02:00", to: "03:00", zone: "Europe/Berlin" } as const;
    const open = (now: string): boolean =>
      decideBy(
        { windows: [berlin], evidence: [], soakMinutes: 0, approvals: [] },
        { now: new Date(now) },
      ).way === "open";
    // 29 March 2026: 02:00 to 03:00 does not exist. 25 October 2026: it comes twice.
    assert.equal(open("2026-03-29T00:59:59Z"), false);
    assert.equal(open("2026-03-29T01:00:00Z"), false);
    assert.equal(open("2026-10-24T23:59:59Z"), false);
    assert.equal(open("2026-10-25T00:00:00Z"), true);
    assert.equal(open("2026-10-25T01:59:59Z"), true);
    assert.equal(open("2026-10-25T02:00:00Z"), false);
    assert.equal(open("2026-11-01T00:30:00Z"), false, "an hour later in winter");
    assert.equal(open("2026-11-01T01:30:00Z"), true);
  });
});
