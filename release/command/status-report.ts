import type { LiveRelease } from "../outputs";
import { rollbackTarget } from "./decisions";
import type { StackFile } from "./stack-file";
import type { LastUpdate, ServiceSlots, StackState } from "./stack-state";
import type { RunningUpdate } from "./stack-lock";
import type { TrafficReport } from "./traffic-report";

/** What `status` knows of a stack; also its form in JSON. */
export interface StackReport {
  readonly stack: string;
  readonly exists: boolean;
  readonly url: string | null;
  readonly release: LiveRelease | null;
  readonly lastUpdate: LastUpdate | null;
  /** An update that is under way. */
  readonly running: RunningUpdate | null;
  readonly pendingOperations: number;
  readonly services: Readonly<Record<string, ServiceSlots>>;
  /** As the load balancer has it now; null where nothing is recorded but workers. */
  readonly traffic: TrafficReport | null;
  /** What `rollback` would pin. */
  readonly rollback: LiveRelease | null;
  readonly settings: SettingsReport;
  readonly problems: readonly string[];
}

export interface SettingsReport {
  readonly file: string;
  readonly fileExists: boolean;
  readonly build: boolean;
  /** Id of the pinned release. */
  readonly pinned: string | null;
  /** Whether the next update would bring another release than the live one; null if only a build tells. */
  readonly differ: boolean | null;
}

export function stackReport(
  stack: string,
  state: StackState | undefined,
  file: StackFile | undefined,
  fileName: string,
  traffic: TrafficReport | null,
): StackReport {
  const rollback = state ? rollbackTarget(state) : undefined;
  return {
    stack,
    exists: state !== undefined,
    url: state?.url ?? null,
    release: state?.release ?? null,
    lastUpdate: state?.lastUpdate ?? null,
    running: state?.running ?? null,
    pendingOperations: state?.pendingOperations ?? 0,
    services: state?.services ?? {},
    traffic,
    rollback: rollback?.ok ? rollback.release : null,
    settings: settingsReport(file, fileName, state?.release),
    problems: [
      ...(state?.problems ?? []).map(({ path, found, allowed }) => {
        return `${path}: found ${found}; allowed ${allowed}`;
      }),
      ...(file?.pinProblem === undefined ? [] : [`${fileName}: ${file.pinProblem}`]),
    ],
  };
}

function settingsReport(
  file: StackFile | undefined,
  fileName: string,
  live: LiveRelease | undefined,
): SettingsReport {
  const pinned = file?.pinned?.id ?? null;
  return {
    file: fileName,
    fileExists: file !== undefined,
    build: file?.build ?? false,
    pinned,
    differ: pinned === null ? null : pinned !== live?.id,
  };
}
