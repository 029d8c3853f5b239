import { type Kind, KINDS, STACK_KINDS } from "../ledger/kinds";

/** Who works on a stack, beside the administrator of its account. */
export const ROLE_NAMES = ["plan", "deploy", "approve", "audit"] as const;

export type RoleName = (typeof ROLE_NAMES)[number];

/** Name of a role in its account: `switchyard-stage-deploy`, and so `arn:aws:sts::ACCOUNT:assumed-role/switchyard-stage-deploy/SESSION`. */
export const roleName = (prefix: string, role: RoleName): string => `${prefix}-${role}`;

/** Whose word lets a release in, or keeps all of them out: never that of whoever delivers. */
const APPROVED: readonly Kind[] = ["approved", "overridden", "frozen", "unfrozen"];

/** What each role may put on record; each kind has one role that writes it. */
export const WRITTEN_BY: Readonly<Record<RoleName, readonly Kind[]>> = {
  plan: [],
  deploy: KINDS.filter((kind) => !APPROVED.includes(kind)),
  approve: APPROVED,
  audit: [],
};

/** Where entries of a kind are, below the ledger's `entries/`: the release's folder, or the stack's own. */
export const folderOf = (kind: Kind): string =>
  (STACK_KINDS as readonly Kind[]).includes(kind) ? `stack/${kind}` : `*/${kind}`;
