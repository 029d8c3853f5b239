import { z } from "zod";
import type { Marks } from "./config-marks";
import { STACK_NAME } from "./stack-name";
import type { Weights } from "./weights";
import { sha256 } from "./sha256";

/** The world that a plan was made in, and that must be the same when it is applied. */
export interface PlanWorld {
  readonly project: string;
  readonly stack: string;
  /** Address of Pulumi's backend, without what may be a password. */
  readonly backend: string;
  readonly state: StateMark;
  /** Marks of what the stack's file says, by path. */
  readonly config: Marks;
  /** Marks of the files that the program is made of, by path below the project's folder. */
  readonly source: Marks;
  /** Commit that a stack that builds would write into its release; null where a release is pinned. */
  readonly commit: string | null;
}

/** The stack's state: what it is, and what made it so. */
export interface StateMark {
  /** SHA-256 of the state as the backend has it, hexadecimal. */
  readonly checkpoint: string;
  /** The last entry of the stack's history; null if there is none. */
  readonly last: HistoryMark | null;
}

export interface HistoryMark {
  readonly kind: string;
  readonly result: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** Weights that the load balancer really has, by service; null where the rule is gone. */
export type LiveWeights = Readonly<Record<string, Weights | null>>;

/** A preview that binds the update. */
export interface SavedPlan {
  /** ISO 8601. */
  readonly madeAt: string;
  /** Whom the backend knows the maker as; null if it does not say. */
  readonly madeBy: string | null;
  /** The release that the update delivers; null where only the build tells. */
  readonly release: { readonly id: string; readonly commit: string } | null;
  /** Git commit of the source, with `+changes` if there were any; null outside of git. */
  readonly revision: string | null;
  readonly world: PlanWorld;
  readonly live: LiveWeights;
  /** Pulumi's update plan, as it wrote it: secrets in it are encrypted by the stack's own key. */
  readonly engine: string;
}

/** What a plan's file turned out to be. */
export type OpenedPlan =
  | { readonly ok: true; readonly id: string; readonly plan: SavedPlan }
  /** `foreign`: it is no plan of this version; `edited`: it is not as it was written. */
  | { readonly ok: false; readonly why: "foreign" | "edited" };

const FORMAT = "switchyard plan 1";

const marks = z.record(z.string(), z.string());
const weights = z.object({ blue: z.number(), green: z.number() });
const savedPlan = z.object({
  madeAt: z.string(),
  madeBy: z.string().nullable(),
  release: z.object({ id: z.string(), commit: z.string() }).nullable(),
  revision: z.string().nullable(),
  world: z.object({
    project: z.string(),
    stack: z.string().regex(STACK_NAME),
    backend: z.string(),
    state: z.object({
      checkpoint: z.string(),
      last: z.object({ kind: z.string(), result: z.string(), startedAt: z.string() }).nullable(),
    }),
    config: marks,
    source: marks,
    commit: z.string().nullable(),
  }),
  live: z.record(z.string(), weights.nullable()),
  engine: z.string(),
});

/**
 * Id of a plan: SHA-256 of its content. It finds an edit, and is no signature: who may write the file may write an id as well.
 * Such a plan still does no more than an update would, for the preview before the update must show the same steps.
 */
export function planId(plan: SavedPlan): string {
  return sha256(JSON.stringify(plan));
}

/** The text of a plan's file. */
export function writePlan(plan: SavedPlan): string {
  return `${JSON.stringify({ format: FORMAT, id: planId(plan), plan }, null, 2)}\n`;
}

/** Reads the text of a plan's file; the order of its keys is part of its content. */
export function openPlan(text: string): OpenedPlan {
  let file: { readonly format?: unknown; readonly id?: unknown; readonly plan?: unknown } | null;
  try {
    file = JSON.parse(text) as typeof file;
  } catch {
    return { ok: false, why: "foreign" };
  }
  if (file?.format !== FORMAT) return { ok: false, why: "foreign" };
  const { id, plan } = file;
  const isWhole = plan !== undefined && id === planId(plan as SavedPlan);
  if (!isWhole || !savedPlan.safeParse(plan).success) return { ok: false, why: "edited" };
  return { ok: true, id, plan: plan as SavedPlan };
}
