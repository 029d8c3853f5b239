import type { Weakness } from "./finding";
import type { Package } from "./package";

/** As `node-releases` has them: the first release of each minor version, and whether it was a security release. */
export interface NodeRelease {
  readonly version: string;
  readonly date: string;
  readonly security: boolean;
}

export interface NodeData {
  readonly releases: readonly NodeRelease[];
  /** By release line, for example `24`: the day on which it ends, YYYY-MM-DD. */
  readonly lines: ReadonlyMap<string, string>;
}

/** @param schedule by `v24`, as the release schedule of Node.js has it */
export function nodeData(
  releases: readonly NodeRelease[],
  schedule: Readonly<Record<string, { readonly end: string }>>,
): NodeData {
  const lines = Object.entries(schedule).map(([line, { end }]) => [line.slice(1), end] as const);
  return { releases, lines: new Map(lines) };
}

/**
 * Security releases of its line that a Node.js came before, and whether its line has ended. What exactly they mended the data does not
 * say: each counts as high, for that is what such a release is made for.
 */
export function nodeWeaknesses(
  { name, version }: Package,
  { releases, lines }: NodeData,
  now: Date,
): Weakness[] {
  const [line = "", minor] = version.split(".");
  const own = { package: name, version };
  const end = lines.get(line);
  if (end === undefined)
    return [
      {
        ...own,
        id: `NODE-UNKNOWN-${line}`,
        severity: "unknown",
        title: `nothing is known of Node.js ${line}; a newer node-releases may know it`,
      },
    ];
  const missed = releases.filter((release) => {
    const [ofLine, ofMinor] = release.version.split(".");
    return release.security && ofLine === line && Number(ofMinor) > Number(minor);
  });
  const last = releases.findLast((release) => release.version.split(".")[0] === line)?.version;
  const ended = now.toISOString().slice(0, 10) >= end;
  return [
    ...missed.map(({ version: fixed, date }) => ({
      ...own,
      id: `NODE-${fixed}`,
      severity: "high" as const,
      title: `Node.js ${fixed} of ${date} was a security release`,
      fixed: last ?? fixed,
    })),
    ...(ended
      ? [
          {
            ...own,
            id: `NODE-END-${line}`,
            severity: "high" as const,
            title: `Node.js ${line} gets no security releases since ${end}`,
          },
        ]
      : []),
  ];
}
