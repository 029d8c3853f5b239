import type { StackFile } from "../command/stack-file";
import type { StackState } from "../command/stack-state";
import type { TrafficReport } from "../command/traffic-report";
import type { Verdict } from "../gate/decide";
import type { Facts } from "../gate/facts";
import type { Entry } from "../ledger/entry";
import type { Read } from "./item";

/** All that the checklist is computed from; each part is read once. */
export interface ChecklistFacts {
  readonly stack: string;
  readonly state: StackState;
  /** The stack's file. @default there is none */
  readonly file?: StackFile;
  /** Commit that is checked out, with `+changes` if a file differs from it. @default not in git */
  readonly revision?: string;
  /** What the gate says of the release that is pinned. @default there is no gate, or no release is pinned */
  readonly gate?: Read<GateAnswer>;
  readonly preview: Previewed;
  /** Null where nothing is deployed that takes traffic. */
  readonly traffic: TrafficReport | null;
  /** The newest look at drift that is on record. */
  readonly drift: Read<Entry | undefined>;
  readonly health: Health;
}

export interface GateAnswer {
  readonly verdict: Verdict;
  /** The stack that releases are proven in. */
  readonly from: string;
  readonly facts: Facts;
}

/** How a preview of the update ended. */
export type Previewed =
  | { readonly ok: true; readonly changes: number; readonly unchanged: number }
  | { readonly ok: false; readonly errors: readonly string[] };

/** What AWS says now of what is deployed. */
export interface Health {
  /** Alarms that turn a version back, by their names. */
  readonly alarms: Read<readonly { readonly name: string; readonly state: string }[]>;
  readonly services: Read<readonly RunningService[]>;
  /** Secrets that the stack keeps, and whether each has a value; never the value. */
  readonly secrets: Read<readonly { readonly name: string; readonly hasValue: boolean }[]>;
}

export interface RunningService {
  readonly name: string;
  readonly running: number;
  readonly desired: number;
}
