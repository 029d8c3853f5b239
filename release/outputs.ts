import type { SecretSettings } from "../settings/types";
import type { Release } from "./release";
import type { Revision } from "./revision";
import type { SlotState } from "./slots";

/** A release with its id, and the registry that has its images. */
export interface LiveRelease extends Release {
  readonly id: string;
  /** `ACCOUNT.dkr.ecr.REGION.amazonaws.com` */
  readonly registry: string;
}

/** The newest entry that a stack knew of when it was last updated. */
export interface LedgerAnchor {
  readonly bucket: string;
  readonly sequence: number;
  /** SHA-256 of its bytes, 64 hexadecimal digits. */
  readonly hash: string;
}

/** What a stack exports: the record that the next run decides by, complete and free of secrets. */
export interface StackOutputs {
  /** Where people reach the load balancer. */
  readonly url: string;
  readonly release: LiveRelease;
  /** The release before this one: what `rollback` returns to. */
  readonly previousRelease?: LiveRelease;
  readonly services: Readonly<Record<string, SlotState<Revision>>>;
  /** What must be in the stack's ledger from then on. @default the stack had no ledger */
  readonly ledger?: LedgerAnchor;
  /** Settings of the secrets that the stack has. @default {} */
  readonly secrets?: Readonly<Record<string, SecretSettings>>;
  /** Whether the stack made the repositories that its images are in. @default false */
  readonly ownsRepositories?: boolean;
}

/** The part of the outputs that decides the next run. */
export type Recorded = Omit<StackOutputs, "url">;

/** The release that `rollback` returns to, after a run that delivered `release`. */
export function previousReleaseAfter(
  recorded: Pick<Recorded, "release" | "previousRelease"> | undefined,
  release: LiveRelease,
): LiveRelease | undefined {
  return recorded?.release.id === release.id ? recorded.previousRelease : recorded?.release;
}
