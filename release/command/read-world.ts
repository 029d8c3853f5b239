import { configMarks } from "../config-marks";
import type { PlanWorld } from "../saved-plan";
import { runningUpdate } from "./decisions";
import { CommandFailure, UnknownStack } from "./failure";
import type { Backend } from "./read-stack";
import type { Source } from "./source-files";
import type { StackFile } from "./stack-file";
import type { StackRecord } from "./stack-record";
import type { StackState } from "./stack-state";
import { fullKey, readStackYaml } from "./stack-yaml";
import type { Workplace } from "./workplace";

/** The world that a plan is made in or held against. */
export interface WorldNow {
  readonly world: PlanWorld;
  readonly state: StackState;
  readonly record: StackRecord;
  readonly file: StackFile | undefined;
  readonly source: Source;
  readonly backend: Backend;
}

/**
 * Reads all of a plan's world but what a preview tells. Nothing changes.
 *
 * @throws CommandFailure where there is no such stack
 */
export async function readWorld(place: Workplace, stack: string): Promise<WorldNow> {
  const [state, record, file, source, backend] = await Promise.all([
    place.readStack(stack),
    place.readRecord(stack),
    place.readFile(stack),
    place.readSource(),
    place.readBackend(stack),
  ]);
  if (!state || !record) throw new UnknownStack(stack);
  const namespace = place.project.name;
  const content = file ? readStackYaml(file.text, file.name).content : undefined;
  const world: PlanWorld = {
    project: namespace,
    stack,
    backend: backend.url,
    state: record.mark,
    config: configMarks(content, (key) => fullKey(key, namespace)),
    source: source.files,
    // The commit is part of a release that is built, and of none that is pinned.
    commit: file?.pinned ? null : (source.revision ?? null),
  };
  return { world, state, record, file, source, backend };
}

/** Refuses beside an update that is under way. */
export function assertNotRunning({ state }: Pick<WorldNow, "state">): void {
  const running = runningUpdate(state);
  if (running) throw new CommandFailure("refused", running.reason, running.action);
}
