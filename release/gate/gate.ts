import type { ReleaseKind } from "../ledger/kinds";

/** What another stack's ledger can say for a release. */
export const EVIDENCE = [
  "built",
  "scanned",
  "smoke",
  "acceptance",
  "load",
  "rehearsed",
  "live",
  "parity",
] as const satisfies readonly ReleaseKind[];

export type Evidence = (typeof EVIDENCE)[number];

/** How long a release that was let in may still be finished, though a window has closed meanwhile, and how long an emergency's word counts: 4 hours. */
export const ADMISSION_MINUTES = 240;

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof DAYS)[number];

/** When releases may be delivered, by the clocks of a time zone. */
export interface Window {
  readonly days: readonly Day[];
  /** `HH:MM`, its minute included. */
  readonly from: string;
  /** `HH:MM`, not included; `24:00` is the end of the day. Later than `from`. */
  readonly to: string;
  /** IANA name, for example `Europe/Berlin`. */
  readonly zone: string;
}

/** Days on which nothing is delivered, by the calendar of a time zone. */
export interface Freeze {
  /** `YYYY-MM-DD`, included. */
  readonly from: string;
  /** `YYYY-MM-DD`, included. */
  readonly to: string;
  /** IANA name. @default "UTC" */
  readonly zone: string;
  readonly reason: string;
}

/** People who have to agree: so many of these. */
export interface ApprovalRule {
  /** 1 or more. */
  readonly count: number;
  /** Patterns of ARNs as STS says them, `*` for any text: `arn:aws:sts::222222222222:assumed-role/approver/*`. */
  readonly from: readonly string[];
}

/** What must hold before a release that the stack does not run yet is delivered to it. */
export interface Gate {
  /** The stack that a release is proven in: where its ledger is. */
  readonly provenIn: {
    readonly stack: string;
    readonly accountId: string;
    readonly region: string;
  };
  /** What must be on record there. */
  readonly evidence: readonly Evidence[];
  /** How long it must have had all of that stack's traffic, in minutes. */
  readonly soakMinutes: number;
  /** One person's approval counts for one rule. */
  readonly approvals: readonly ApprovalRule[];
  /** @default at any time */
  readonly windows: readonly Window[];
  readonly freezes: readonly Freeze[];
  /** Who may let a release in against the rest of the gate, as patterns of ARNs; nobody, if it is empty. */
  readonly emergency: readonly string[];
  /** What one person is known by: patterns of ARNs, and e-mail addresses of commits. */
  readonly people: Readonly<Record<string, readonly string[]>>;
}
