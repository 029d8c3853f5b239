import type { LoadCounts } from "./load";
import type { Step } from "./steps";

export interface ClosingTable {
  readonly steps: readonly Step[];
  readonly counts: LoadCounts;
  /** What people call a release, by its first 12 digits. */
  readonly names: Readonly<Record<string, string>>;
}

/** What took how long, and what became of the requests. */
export function closingTable({ steps, counts, names }: ClosingTable): string {
  const rows = steps.map(({ title, seconds }) => [title, `${seconds.toFixed(1)} s`]);
  rows.push(["requests served while versions changed", String(counts.served)]);
  rows.push(["requests failed", String(counts.failed)]);
  for (const [release, answers] of Object.entries(counts.byRelease))
    rows.push([`  of /version, by ${names[release] ?? "another"} (${release})`, String(answers)]);
  const width = Math.max(...rows.map(([left = ""]) => left.length)) + 2;
  const right = Math.max(...rows.map(([, value = ""]) => value.length));
  return rows
    .map(([left = "", value = ""]) => left.padEnd(width) + value.padStart(right))
    .join("\n");
}
