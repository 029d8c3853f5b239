import type { Threshold } from "./severity";

/** `packages`: advisories that are packages themselves; `registry`: what ECR finds. */
export const SOURCES = ["packages", "registry"] as const;
export type ScanSource = (typeof SOURCES)[number];

/** Leave to deliver one weakness of one package, for a reason and until a day. */
export interface ScanException {
  /** For example `CVE-2021-23337`. */
  readonly id: string;
  readonly package: string;
  /** 20 characters or more. */
  readonly reason: string;
  /** The last day on which it holds, UTC, YYYY-MM-DD. */
  readonly until: string;
}

/** What is looked for in images before they are delivered, and what may be found. */
export interface ScanSettings {
  /** From this severity on, a finding refuses the delivery. @default "high" */
  readonly threshold: Threshold;
  /** Who knows the weaknesses. @default "packages" */
  readonly source: ScanSource;
  /** @default [] */
  readonly exceptions: readonly ScanException[];
}
