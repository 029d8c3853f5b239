import assert from "node:assert/strict";
import { parseSettings } from "../../../settings/parse";
import { refuses } from "./refuses";
import { changed } from "./sample-config";

const EXCEPTION = {
  id: "CVE-2021-23337",
  package: "lodash",
  reason: "the template function is never called",
  until: "2026-12-24",
};

describe("the settings of scans", () => {
  const scanOf = (scan: unknown): unknown =>
    parseSettings(changed({ "switchyard:scan": scan })).scan;

  it("refuse what is high or worse by the advisories that are packages, unless they say more", () => {
    const byDefault = { threshold: "high", source: "packages", exceptions: [] };
    assert.deepEqual(scanOf({}), byDefault);
    assert.deepEqual(scanOf(undefined), byDefault);
  });

  it("take exceptions", () => {
    const scan = { threshold: "none", source: "registry", exceptions: [EXCEPTION] };
    assert.deepEqual(scanOf(scan), scan);
  });

  const refusesScan = (title: string, scan: object, says: string): void => {
    refuses(title, { "switchyard:scan": scan }, `switchyard:scan.${says}`);
  };
  refusesScan(
    "a threshold that is no severity",
    { threshold: "moderate" },
    'threshold: found "moderate"; allowed critical, high, medium, low, none; choose one of these',
  );
  refusesScan(
    "another source of findings",
    { source: "trivy" },
    'source: found "trivy"; allowed packages, registry; choose one of these',
  );
  refusesScan(
    "an exception for a day that is none",
    { exceptions: [{ ...EXCEPTION, until: "2026-02-30" }] },
    'exceptions[0].until: found "2026-02-30"; allowed a date that the calendar has, such as 2026-12-24; write the last day on which it holds as YYYY-MM-DD, quoted',
  );
  refusesScan(
    "an exception without a reason that is one",
    { exceptions: [{ ...EXCEPTION, reason: "  later              " }] },
    'exceptions[0].reason: found "  later              "; allowed 20 characters or more; say why it may be delivered all the same, and what ends that',
  );
  refusesScan(
    "an exception for whatever there is",
    { exceptions: [{ ...EXCEPTION, package: "" }] },
    'exceptions[0].package: found ""; allowed the name of a package; copy it from the refusal',
  );
  for (const key of ["id", "package", "reason", "until"])
    it(`refuses an exception without ${key}`, () => {
      const rest = Object.fromEntries(Object.entries(EXCEPTION).filter(([name]) => name !== key));
      assert.throws(
        () => scanOf({ exceptions: [rest] }),
        new RegExp(`^SettingsError: [^\\n]*scan\\.exceptions\\[0\\]\\.${key}: found nothing`, "m"),
      );
    });
});
