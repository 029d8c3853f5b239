import assert from "node:assert/strict";
import { advisoryVersions, readAdvisories } from "../../../../effects/advisory-data";
import { lookUp } from "../../../../release/scan/advisories";
import { nodeData } from "../../../../release/scan/node-advisories";
import { npmData } from "../../../../release/scan/npm-advisories";
import { npmPackage, type Package, packageOf } from "../../../../release/scan/package";
import { basicWeakness, enhancedWeaknesses } from "../../../../release/scan/registry-findings";

const NOW = new Date("2026-03-10T12:00:00Z");
const node = (version: string): Package => packageOf("generic", "node", version);
const release = (
  version: string,
  security = false,
): { version: string; date: string; security: boolean } => ({
  version,
  date: "2026-02-01",
  security,
});
const RELEASES = [
  ...[release("22.9.0"), release("22.10.0", true), release("22.12.0")],
  ...[release("23.11.0", true), release("24.1.0", true), release("24.2.0")],
];
const SCHEDULE = {
  v22: { end: "2026-03-11" },
  v23: { end: "2026-03-10" },
  v24: { end: "2028-04-30" },
};
const own = {
  node: nodeData(RELEASES, SCHEDULE),
  npm: npmData(
    { "tidy.js": { npmname: "tidy" }, "tidy-ui": { npmname: "tidy" }, plain: {} },
    (library, version) =>
      version === "1.0.0"
        ? [
            {
              below: "1.2.0",
              severity: "high",
              identifiers: { CVE: ["CVE-9"], summary: "a\n  b" },
            },
            ...(library === "plain" ? [{ severity: "weird", info: ["https://example.com"] }] : []),
          ]
        : [],
  ),
};
const found = (...packages: Package[]): string[] =>
  lookUp(packages, own, NOW).weaknesses.map(({ id, severity }) => `${id} ${severity}`);

describe("the look-up of a Node.js", () => {
  it("finds the security releases of its line that came after it", () => {
    assert.deepEqual(found(node("22.9.0")), ["NODE-22.10.0 high"]);
    assert.deepEqual(found(node("22.10.0")), []);
    assert.deepEqual(found(node("22.12.0")), []);
    assert.deepEqual(found(node("24.1.3")), []);
    const { weaknesses } = lookUp([node("22.9.0")], own, NOW);
    assert.equal(weaknesses[0]?.fixed, "22.12.0");
  });

  it("finds that its line has ended, from that very day on", () => {
    assert.deepEqual(found(node("23.11.0")), ["NODE-END-23 high"]);
    const { weaknesses } = lookUp([node("23.11.0")], own, new Date("2026-03-09T23:59:59Z"));
    assert.deepEqual(weaknesses, []);
  });

  it("says of a line that it does not know that it does not", () => {
    assert.deepEqual(found(node("99.0.0")), ["NODE-UNKNOWN-99 unknown"]);
    assert.deepEqual(lookUp([node("99.0.0"), node("24.2.0")], own, NOW).known, { node: 1, npm: 0 });
  });
});

describe("the look-up of npm packages", () => {
  it("finds them by the names that npm has, a weakness once", () => {
    assert.deepEqual(found(npmPackage("tidy", "1.0.0")), ["CVE-9 high"]);
    assert.deepEqual(found(npmPackage("tidy.js", "1.0.0")), []);
    assert.deepEqual(found(npmPackage("tidy", "1.2.0")), []);
    assert.deepEqual(lookUp([npmPackage("plain", "1.0.0")], own, NOW).weaknesses, [
      {
        id: "CVE-9",
        package: "plain",
        version: "1.0.0",
        severity: "high",
        title: "a b",
        fixed: "1.2.0",
      },
      {
        ...{ id: "RETIRE-plain-all", package: "plain", version: "1.0.0", severity: "unknown" },
        title: "https://example.com",
      },
    ]);
  });

  it("says of how many it knows anything, and looks nothing of a system up", () => {
    const debian = packageOf("deb/debian", "plain", "1.0.0");
    const { known, weaknesses } = lookUp(
      [npmPackage("plain", "2.0.0"), npmPackage("other", "1.0.0"), debian],
      own,
      NOW,
    );
    assert.deepEqual([known, weaknesses], [{ node: 0, npm: 1 }, []]);
  });
});

describe("the advisories that come as packages", () => {
  it("find what is known of old versions of lodash and of Node.js, and nothing of the new ones", () => {
    const advisories = readAdvisories();
    const ids = (...packages: Package[]): string[] =>
      lookUp(packages, advisories, NOW).weaknesses.map(({ id }) => id);
    assert.ok(ids(npmPackage("lodash", "4.17.20")).includes("CVE-2021-23337"));
    assert.ok(!ids(npmPackage("lodash", "4.17.21")).includes("CVE-2021-23337"));
    assert.ok(ids(node("24.12.0")).includes("NODE-24.13.0"));
    assert.ok(ids(node("20.0.0")).length > 0);
    assert.deepEqual(ids(node("24.17.0")), []);
  });

  it("are known by their versions", () => {
    assert.deepEqual(Object.keys(advisoryVersions()), [
      "node-releases",
      "@salesforce/code-analyzer-retirejs-engine",
    ]);
  });
});

describe("a finding of the registry's own scanner", () => {
  it("is one weakness of one package", () => {
    const attributes = [
      { key: "package_version", value: "3.0.1" },
      { key: "package_name", value: "openssl" },
    ];
    const finding = { name: "CVE-1", severity: "CRITICAL", description: "bad\nmore", attributes };
    assert.deepEqual(basicWeakness(finding), {
      ...{ id: "CVE-1", package: "openssl", version: "3.0.1", severity: "critical", title: "bad" },
    });
    assert.deepEqual(basicWeakness({ severity: "UNDEFINED" }), {
      ...{ id: "UNNAMED", package: "unknown", version: "unknown", severity: "unknown" },
      title: "a known weakness",
    });
  });

  it("is one of each package that has it where Inspector found it", () => {
    const vulnerablePackages = [
      { name: "a", version: "1", fixedInVersion: "2" },
      { name: "b", version: "1", fixedInVersion: "NotAvailable" },
    ];
    const packageVulnerabilityDetails = { vulnerabilityId: "CVE-1", vulnerablePackages };
    const common = { id: "CVE-1", version: "1", severity: "medium", title: "CVE-1 - a, b" };
    assert.deepEqual(
      enhancedWeaknesses({
        title: "CVE-1 - a, b",
        severity: "MEDIUM",
        packageVulnerabilityDetails,
      }),
      [
        { ...common, package: "a", fixed: "2" },
        { ...common, package: "b" },
      ],
    );
    assert.equal(enhancedWeaknesses({ severity: "HIGH" })[0]?.severity, "high");
  });
});
