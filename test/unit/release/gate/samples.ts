import { decide, type Verdict } from "../../../../release/gate/decide";
import type { Facts } from "../../../../release/gate/facts";
import type { Gate } from "../../../../release/gate/gate";
import type { Entry } from "../../../../release/ledger/entry";
import type { Kind } from "../../../../release/ledger/kinds";

export const RELEASE = "a".repeat(64);
/** A Wednesday. */
export const NOW = new Date("2026-11-18T10:00:00Z");

export const GATE: Gate = {
  provenIn: { stack: "stage", accountId: "111111111111", region: "us-east-1" },
  evidence: ["built", "smoke", "live"],
  soakMinutes: 60,
  approvals: [{ count: 1, from: ["arn:aws:sts::222222222222:assumed-role/approver/*"] }],
  windows: [{ days: ["mon", "wed"], from: "09:00", to: "16:00", zone: "Europe/Berlin" }],
  freezes: [{ from: "2026-12-20", to: "2027-01-03", zone: "UTC", reason: "the holidays" }],
  emergency: ["arn:aws:sts::222222222222:assumed-role/on-call/*"],
  people: {},
};

export const roleArn = (role: string, person: string): string =>
  `arn:aws:sts::222222222222:assumed-role/${role}/${person}`;

let sequence = 0;

/** An entry that is as far from now as this says: later ones come later in the ledger. */
export function entry(
  kind: Kind,
  by: string,
  more: Partial<Entry> & { minutesAgo?: number } = {},
): Entry {
  const { minutesAgo = 5, ...rest } = more;
  const time = `${new Date(NOW.getTime() - minutesAgo * 60_000).toISOString().slice(0, 19)}Z`;
  return {
    kind,
    release: RELEASE,
    stack: "production",
    what: kind,
    by: { arn: by, userId: "AROAEXAMPLEEXAMPLE:x" },
    sequence: ++sequence,
    previous: "0".repeat(64),
    time,
    ...rest,
  };
}

const pipeline = roleArn("deployer", "pipeline");

export const proof = (kind: Kind, more: Parameters<typeof entry>[2] = {}): Entry =>
  entry(kind, pipeline, { stack: "stage", minutesAgo: 90, ...more });

/** Facts by which the gate is open. */
export function facts(more: Partial<Facts> = {}): Facts {
  return {
    release: RELEASE,
    now: NOW,
    isNew: false,
    between: [],
    here: [
      entry("promoted", roleArn("promoter", "paula")),
      entry("approved", roleArn("approver", "alice")),
    ],
    successor: [],
    there: [
      proof("built", { details: { authors: ["arthur@example.com"] } }),
      proof("smoke"),
      proof("live"),
    ],
    ...more,
  };
}

export const decideBy = (gate: Partial<Gate>, more: Partial<Facts> = {}): Verdict =>
  decide({ settings: { ...GATE, ...gate } }, facts(more), "production");

/** What does not hold, as a message would say it. */
export const failing = ({ conditions }: Verdict): string[] =>
  conditions.filter(({ holds }) => !holds).map(({ name, found }) => `${name}: ${found}`);
