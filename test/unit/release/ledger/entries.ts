import { append, type Writer } from "../../../../release/ledger/append";
import type { Draft, Entry } from "../../../../release/ledger/entry";
import { MemoryStore } from "./memory-store";

export const RELEASE = "a".repeat(64);
export const OTHER = "b".repeat(64);

export function writer(name: string, stack = "production"): Writer {
  const arn = `arn:aws:sts::222222222222:assumed-role/deployer/${name}`;
  return { stack, by: { arn, userId: `AROAEXAMPLEDEPLOYER:${name}` } };
}

/** Enough to have something of each kind of key in it. */
export const DRAFTS: readonly Draft[] = [
  { kind: "promoted", release: RELEASE, what: "release promote --from stage --to production" },
  {
    kind: "approved",
    release: RELEASE,
    what: "release approve",
    details: { comment: "read it, é" },
  },
  { kind: "frozen", what: "release freeze", details: { reason: "a fair", until: null } },
  { kind: "admitted", release: RELEASE, what: "pulumi up", result: "c".repeat(64) },
  { kind: "live", release: RELEASE, what: "pulumi up", details: { slots: { web: "green" } } },
];

export async function ledgerOf(
  drafts: readonly Draft[],
): Promise<{ store: MemoryStore; entries: Entry[] }> {
  const store = new MemoryStore();
  const entries: Entry[] = [];
  for (const [index, draft] of drafts.entries())
    entries.push(await append(store, writer(`writer${index % 2}`), draft));
  return { store, entries };
}
