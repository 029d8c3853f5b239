import assert from "node:assert/strict";
import fc from "fast-check";
import type { Finding } from "../../../../release/scan/finding";
import type { ScanException } from "../../../../release/scan/scan-settings";
import { reaches, SEVERITIES, severityOf, THRESHOLDS } from "../../../../release/scan/severity";
import { judgeScan } from "../../../../release/scan/verdict";

const NOW = new Date("2026-03-10T23:59:59Z");
const finding = (changes: Partial<Finding> = {}): Finding => ({
  id: "CVE-2021-23337",
  package: "lodash",
  version: "4.17.20",
  severity: "high",
  title: "Command Injection in lodash",
  fixed: "4.17.21",
  image: "web",
  ...changes,
});
const unfixed: Finding = {
  id: "CVE-0",
  package: "lodash",
  version: "4.17.20",
  severity: "high",
  title: "Command Injection in lodash",
  image: "web",
};
const exception = (changes: Partial<ScanException> = {}): ScanException => ({
  id: "CVE-2021-23337",
  package: "lodash",
  reason: "the template function is never called",
  until: "2026-03-10",
  ...changes,
});
const judged = (
  findings: readonly Finding[],
  exceptions: readonly ScanException[] = [],
  threshold: (typeof THRESHOLDS)[number] = "high",
): ReturnType<typeof judgeScan> => judgeScan(findings, { threshold, exceptions }, NOW);

describe("the severity of a finding", () => {
  it("reaches a threshold that is as bad, or less", () => {
    const table = THRESHOLDS.map((threshold) => [
      threshold,
      SEVERITIES.filter((severity) => reaches(severity, threshold)),
    ]);
    assert.deepEqual(Object.fromEntries(table), {
      critical: ["critical"],
      high: ["critical", "high"],
      medium: ["critical", "high", "medium"],
      low: ["critical", "high", "medium", "low", "unknown"],
      none: [],
    });
  });

  it("is read as each source calls it", () => {
    const names = ["HIGH", "moderate", "none", "UNDEFINED", "UNTRIAGED", undefined, "Critical"];
    assert.deepEqual(
      names.map((name) => severityOf(name)),
      ["high", "medium", "informational", "unknown", "unknown", "unknown", "critical"],
    );
  });
});

describe("the verdict on a release's images", () => {
  it("lets in what has nothing against it", () => {
    const { refusals, counts, used } = judged([finding({ severity: "medium" })]);
    assert.deepEqual([refusals, used], [[], []]);
    const none = { critical: 0, high: 0, medium: 0, low: 0, informational: 0, unknown: 0 };
    assert.deepEqual(counts, { ...none, medium: 1 });
  });

  it("says all that is against it at once, the worst first, each weakness once with its images and what to do", () => {
    const { refusals, counts } = judged([
      finding(),
      finding({ id: "CVE-1", package: "openssl", version: "3", image: "api", severity: "low" }),
      finding({ image: "api" }),
      finding({ image: "api" }),
      { ...unfixed, id: "CVE-2", severity: "critical" },
    ]);
    assert.deepEqual(refusals, [
      "web: found lodash 4.17.20 with CVE-2, critical: Command Injection in lodash; allowed: below high; replace it, or except it in scan.exceptions",
      "web, api: found lodash 4.17.20 with CVE-2021-23337, high: Command Injection in lodash; allowed: below high; update it to 4.17.21 or later, or except it in scan.exceptions",
    ]);
    assert.deepEqual([counts.critical, counts.high, counts.low], [1, 1, 1]);
  });

  it("lets a weakness in for an exception until its last day is over, and says which it used", () => {
    assert.deepEqual(judged([finding()], [exception()]), {
      ...judged([finding()]),
      refusals: [],
      used: [exception()],
    });
    const { refusals, used } = judged([finding()], [exception({ until: "2026-03-09" })]);
    assert.deepEqual(used, []);
    assert.equal(refusals.length, 2);
    assert.equal(
      refusals[1],
      "scan.exceptions[0], CVE-2021-23337 of lodash: found until: 2026-03-09, which is over; allowed: 2026-03-10 or later; mend the image and remove the exception, or find its reason anew",
    );
  });

  it("takes no exception for another weakness, or for another package", () => {
    for (const other of [{ id: "CVE-2021-2333" }, { package: "lodash-es" }]) {
      const { refusals } = judged([finding()], [exception(other)]);
      assert.equal(refusals.length, 2, JSON.stringify(other));
      assert.match(refusals[1] ?? "", /found no finding that needs it; .* remove it$/);
    }
  });

  it("refuses an exception that nothing needs: below the threshold, said twice, or of a year from now", () => {
    assert.equal(judged([finding({ severity: "medium" })], [exception()]).refusals.length, 1);
    assert.equal(judged([finding()], [exception()], "none").refusals.length, 1);
    const twice = judged([finding()], [exception(), exception()]);
    assert.match(twice.refusals.join(), /^scan\.exceptions\[1\], .*no finding that needs it/);
    assert.deepEqual(judged([finding()], [exception({ until: "2027-03-10" })]).refusals, []);
    const far = judged([finding()], [exception({ until: "2027-03-13" })]);
    assert.match(far.refusals[1] ?? "", /allowed: 366 days from 2026-03-10 at most/);
  });

  it("counts a weakness as the worse of two ratings", () => {
    const rated = [finding({ severity: "low" }), finding({ severity: "critical", image: "api" })];
    for (const findings of [rated, rated.toReversed()])
      assert.match(judged(findings).refusals.join(), /with CVE-2021-23337, critical/);
  });

  it("is the same in any order of the findings, and lets in exactly what is below the threshold or excepted", () => {
    const some = fc.record({
      id: fc.constantFrom("A", "B", "C"),
      package: fc.constantFrom("p", "q"),
      severity: fc.constantFrom(...SEVERITIES),
    });
    const scene = fc.record({
      findings: fc.uniqueArray(some, { selector: (each) => `${each.id} ${each.package}` }),
      excepted: fc.array(fc.tuple(fc.constantFrom("A", "B", "C"), fc.constantFrom("p", "q"))),
      threshold: fc.constantFrom(...THRESHOLDS),
    });
    fc.assert(
      fc.property(scene, ({ findings, excepted, threshold }) => {
        const all = findings.map((each) => finding(each));
        const exceptions = excepted.map(([id, name]) => exception({ id, package: name }));
        const { refusals, used } = judged(all, exceptions, threshold);
        const against = all.filter(({ severity }) => reaches(severity, threshold));
        const isExcepted = (each: Finding): boolean =>
          excepted.some(([id, name]) => id === each.id && name === each.package);
        const left = against.filter((each) => !isExcepted(each)).length;
        assert.equal(used.length, against.length - left);
        assert.equal(refusals.length, left + exceptions.length - used.length);
        assert.deepEqual(judged(all.toReversed(), exceptions, threshold).refusals, refusals);
      }),
    );
  });
});
