import type { Finding } from "../drift/findings";
import { suspectsOf, type Trail } from "../drift/who";
import { CommandFailure, type FailureKind } from "./failure";

/** Whether the look is on record in the stack's ledger, and why not. */
export type Recorded =
  | { readonly written: true; readonly sequence: number }
  | { readonly written: false; readonly reason: string };

/** What a look at a stack has found; also its form in JSON. */
export type DriftReport =
  | {
      readonly stack: string;
      readonly looked: true;
      readonly account: string;
      /** Resources of the state that AWS was asked for. */
      readonly resources: number;
      readonly findings: readonly Finding[];
      readonly hash: string;
      /** What CloudTrail said; nothing where nobody is looked for. */
      readonly trail?: Trail;
      /** Makes the stack as its settings say again; nothing where it is. */
      readonly restore?: string;
      readonly ledger: Recorded;
    }
  | {
      readonly stack: string;
      readonly looked: false;
      readonly reason: string;
      readonly action?: string;
    };

/** How the look ends, unless nothing was found. */
export function driftFailure(
  reports: readonly DriftReport[],
  result: Readonly<Record<string, unknown>>,
): CommandFailure | undefined {
  const drifted = reports.filter((each) => each.looked && each.findings.length > 0);
  const unseen = reports.filter(({ looked }) => !looked);
  const names = (of: readonly DriftReport[]): string => of.map(({ stack }) => stack).join(" and ");
  const failure = (kind: FailureKind, message: string, action: string): CommandFailure =>
    new CommandFailure(kind, message, action, undefined, [], result);
  const missed = unseen.length === 0 ? "" : `; ${names(unseen)} could not be looked at`;
  if (drifted.length > 0) {
    const verb = drifted.length > 1 ? "are" : "is";
    const commands = drifted.map((each) => (each.looked ? each.restore : "")).join("; ");
    return failure(
      "refused",
      `${names(drifted)} ${verb} not as the last update left it${missed}`,
      commands,
    );
  }
  if (unseen.length === 0) return undefined;
  const [first] = unseen;
  const action = first && !first.looked ? first.action : undefined;
  return failure(
    "failed",
    `${names(unseen)} could not be looked at, for the reason shown above`,
    action ?? "mend it and run the same again",
  );
}

export function countsOf(findings: readonly Finding[]): Record<Finding["what"], number> {
  const count = (what: Finding["what"]): number =>
    findings.filter((each) => each.what === what).length;
  return { changed: count("changed"), gone: count("gone") };
}

/** Without the events of CloudTrail themselves, which may hold what no one asked for. */
export function forMachines(report: DriftReport): Readonly<Record<string, unknown>> {
  if (!report.looked) return report;
  const { findings, trail, ...rest } = report;
  return {
    ...rest,
    ...countsOf(findings),
    findings: findings.map(({ knownBy: _knownBy, ...finding }) => ({
      ...finding,
      ...(trail && { who: suspectsOf({ ...finding, knownBy: _knownBy }, trail) }),
    })),
    ...(trail && {
      cloudTrail: trail.read
        ? { read: true, since: trail.since, events: trail.events.length, isCut: trail.isCut }
        : trail,
    }),
  };
}
