import assert from "node:assert/strict";
import { decideBy, facts, failing, proof } from "./samples";

describe("a gate's evidence", () => {
  it("takes no evidence that another stack's ledger has", () => {
    const there = facts().there.map((each) => ({ ...each, stack: "sandbox" }));
    assert.deepEqual(failing(decideBy({}, { there })).length, 4);
  });

  it("takes a proof of parity for the infrastructure that it is of alone", () => {
    const there = [...facts().there, proof("parity", { result: "1".repeat(64) })];
    const evidence = ["parity"] as const;
    assert.equal(decideBy({ evidence }, { there, declaration: "1".repeat(64) }).way, "open");
    for (const declared of [{ declaration: "2".repeat(64) }, {}]) {
      const verdict = decideBy({ evidence }, { there, ...declared });
      assert.match(
        failing(verdict).join(),
        /^parity in stage: .*, before the infrastructure changed$/,
      );
    }
  });

  it("takes no release as proven that was taken back, until it is delivered there again", () => {
    const gone = (wentBack: boolean): ReturnType<typeof proof> =>
      proof("replaced", { details: { wentBack } });
    const gate = { evidence: ["live"] as const, soakMinutes: 0 };
    const { there } = facts();
    assert.equal(decideBy(gate, { there: [...there, gone(false)] }).way, "open");
    assert.match(
      failing(decideBy(gate, { there: [...there, gone(true)] })).join(),
      /^live in stage: \S+, and taken back \S+$/,
    );
    assert.equal(decideBy(gate, { there: [...there, gone(true), proof("live")] }).way, "open");
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
});
