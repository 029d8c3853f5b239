import assert from "node:assert/strict";
import { decide } from "../../../../release/gate/decide";
import type { Facts } from "../../../../release/gate/facts";
import type { Gate } from "../../../../release/gate/gate";
import { decideBy, entry, facts, failing, GATE, roleArn } from "./samples";

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

  it("asks a stack's first delivery for its proof, and not for what only a ledger of its own could have", () => {
    assert.equal(decideBy({}, { here: [], isNew: true }).way, "open");
    const unreadable = "Access Denied";
    const verdict = decideBy({ soakMinutes: 0 }, { here: [], isNew: true, there: [], unreadable });
    assert.deepEqual(failing(verdict), [
      "built in stage: Access Denied",
      "smoke in stage: Access Denied",
      "live in stage: Access Denied",
    ]);
  });

  it("says of a gate that was taken out of the settings to put it back, where a command would miss it", () => {
    const inForce = { gate: { ...GATE, freezes: [] }, entry: entry("gate", "arn:x") };
    const { conditions } = decide({ inForce }, facts({ here: [], there: [] }), "production");
    const actions = conditions.filter(({ holds }) => !holds).map(({ action }) => action);
    const back = actions.filter((action) =>
      action.startsWith("put switchyard:gate back into Pulumi.production.yaml, then npm run rel"),
    );
    assert.deepEqual([back.length, actions.length], [2, 6]);
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
    assert.equal(decideBy({}, { here: [replaced], successor, now }).way, "closed", "never here");
  });

  it("wants a release that was replaced to be asked for and approved again", () => {
    const replaced = entry("replaced", roleArn("deployer", "x"), {
      details: { by: "f".repeat(64) },
    });
    const { here } = facts();
    const verdict = decideBy({}, { here: [...here, entry("live", "arn:x"), replaced] });
    assert.deepEqual(failing(verdict), [
      "promoted to production: nothing on record",
      "1 approval of arn:aws:sts::222222222222:assumed-role/approver/*: none; not " +
        `${roleArn("approver", "alice")}: it was given before the release was asked for here`,
    ]);
    const again = entry("promoted", roleArn("promoter", "paula"));
    const approval = entry("approved", roleArn("approver", "alice"));
    assert.equal(decideBy({}, { here: [...here, replaced, again, approval] }).way, "open");
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

  it("lets nothing be finished once the stack was frozen by hand, or is declared from something else", () => {
    const here = [
      promoted,
      approved,
      entry("admitted", roleArn("deployer", "x"), { details: { declaration: "1" } }),
    ];
    const windows = [{ days: ["sun"], from: "00:00", to: "24:00", zone: "UTC" }] as const;
    const frozen = entry("frozen", roleArn("on-call", "olga"), { details: { reason: "stop" } });
    const unfrozen = entry("unfrozen", roleArn("on-call", "olga"));
    for (const [more, way] of [
      [{}, "finish"],
      [{ frozen }, "closed"],
      [{ frozen: unfrozen }, "finish"],
      [{ frozen: { ...frozen, sequence: 1 } }, "closed"],
      [{ declaration: "1" }, "finish"],
      [{ declaration: "2" }, "closed"],
    ] as const)
      assert.equal(decideBy({ windows }, { here, ...more }).way, way, JSON.stringify(more));
  });

  it("lets be finished without what it was let in without, and without nothing else", () => {
    const lacked = (...names: string[]): Facts["here"] => {
      const conditions = names.map((name) => ({ name, holds: false, found: "" }));
      return [promoted, entry("admitted", roleArn("deployer", "x"), { details: { conditions } })];
    };
    const approvals = "1 approval of arn:aws:sts::222222222222:assumed-role/approver/*";
    const frozen = entry("frozen", roleArn("on-call", "olga"), { sequence: 1 });
    for (const [here, more, way] of [
      [lacked(), {}, "closed"],
      [lacked(approvals), {}, "finish"],
      [lacked(approvals), { there: [] }, "closed"],
      [lacked(approvals), { frozen }, "closed"],
      [lacked(approvals, "no freeze"), { frozen }, "finish"],
    ] as const)
      assert.equal(decideBy({}, { here, ...more }).way, way);
  });

  it("stays closed while the stack is frozen by hand, and opens when it is unfrozen", () => {
    const frozen = entry("frozen", roleArn("on-call", "olga"), { details: { reason: "an audit" } });
    const verdict = decideBy({}, { frozen });
    assert.match(failing(verdict).join(), /^no freeze: an audit, by .*\/olga, 2026-/);
    assert.equal(
      verdict.conditions.at(-1)?.action,
      'npm run release -- unfreeze --stack production --reason "it is over"',
    );
    assert.equal(
      decideBy({}, { frozen: entry("unfrozen", roleArn("on-call", "olga")) }).way,
      "open",
    );
  });
});

describe("a gate with more than one", () => {
  it("approval to have is closed until it has all of them", () => {
    const [rule] = GATE.approvals;
    const two = { approvals: [{ count: 2, from: rule?.from ?? [] }] };
    assert.equal(decideBy(two, { here: [promoted, approved] }).way, "closed");
    const second = entry("approved", roleArn("approver", "bob"));
    assert.equal(decideBy(two, { here: [promoted, approved, second] }).way, "open");
  });

  it("window is open in any of them", () => {
    const windows = [
      ...GATE.windows,
      { days: ["sun"], from: "00:00", to: "24:00", zone: "UTC" } as const,
    ];
    assert.equal(decideBy({ windows }).way, "open");
  });

  it("day of a freeze is closed on the first and on the last, by the zone's calendar", () => {
    const freezes = [{ from: "2026-11-18", to: "2026-11-19", zone: "Asia/Tokyo", reason: "x" }];
    for (const [now, way] of [
      ["2026-11-17T14:59:59Z", "open"],
      ["2026-11-17T15:00:00Z", "closed"],
      ["2026-11-19T14:59:59Z", "closed"],
      ["2026-11-19T15:00:00Z", "open"],
    ] as const)
      assert.equal(
        decideBy({ windows: [], soakMinutes: 0, freezes }, { now: new Date(now) }).way,
        way,
        now,
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
