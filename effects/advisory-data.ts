import { readFileSync } from "node:fs";
import { check } from "retire/lib/retire";
import type { Advisories } from "../release/scan/advisories";
import { type NodeRelease, nodeData } from "../release/scan/node-advisories";
import { npmData, type RetireLibraries } from "../release/scan/npm-advisories";

const NODE = "node-releases";
const RETIRE = "@salesforce/code-analyzer-retirejs-engine";

type RetireRepository = RetireLibraries & Parameters<typeof check>[2];

/** Advisories that came with the program's own packages: nothing is downloaded, and `package-lock.json` says which they are. */
export function readAdvisories(): Advisories {
  const schedule = read(`${NODE}/data/release-schedule/release-schedule.json`);
  const releases = read(`${NODE}/data/processed/envs.json`) as NodeRelease[];
  const libraries = read(`${RETIRE}/vulnerabilities/RetireJsVulns.json`) as RetireRepository;
  return {
    node: nodeData(releases, schedule as Record<string, { end: string }>),
    npm: npmData(libraries, (library, version) =>
      check(library, version, libraries).flatMap(({ vulnerabilities = [] }) => vulnerabilities),
    ),
  };
}

/** Which they are: versions by package. */
export function advisoryVersions(): Record<string, string> {
  const version = (name: string): string =>
    (read(`${name}/package.json`) as { version: string }).version;
  return { [NODE]: version(NODE), [RETIRE]: version(RETIRE) };
}

const read = (file: string): unknown =>
  JSON.parse(readFileSync(require.resolve(file), "utf8")) as unknown;
