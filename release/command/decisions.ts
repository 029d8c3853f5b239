import { SettingsError } from "../errors";
import type { LiveRelease } from "../outputs";
import { shortId } from "../release";
import type { StackFile } from "./stack-file";
import type { LastUpdate, StackState } from "./stack-state";

/** A release that may be pinned, or why there is none. */
export type Verdict =
  { readonly ok: true; readonly release: LiveRelease; readonly why?: string } | Refusal;

export interface Refusal {
  readonly ok: false;
  readonly reason: string;
  readonly action: string;
}

/** Whether what a stack runs may be promoted: it must be what its last update was to bring about. */
export function canPromote(state: StackState): Verdict {
  const { stack, lastUpdate, release } = state;
  const rerun = `mend it and run \`pulumi up -s ${stack}\`: what is promoted is what ${stack} is proven to run`;
  const unfit = runningUpdate(state) ?? unsoundOutputs(state);
  if (unfit) return unfit;
  if (state.pendingOperations > 0) return no(interrupted(state), rerun);
  if (!lastUpdate) {
    return no(`no update of ${stack} is on record`, `run \`pulumi up -s ${stack}\` first`);
  }
  if (lastUpdate.result !== "succeeded") return no(failed(stack, lastUpdate), rerun);
  if (!release) return no(`${stack} has no release`, `run \`pulumi up -s ${stack}\` first`);
  return { ok: true, release };
}

/**
 * The release that a stack goes back to: the one before the live one; after an update that did not
 * succeed, the one that was live before that update, unless that update was itself to go back. An
 * update that failed before it changed anything counts as none.
 *
 * @param pinned id of the release in the stack's file
 */
export function rollbackTarget(state: StackState, pinned?: string): Verdict {
  const { stack, release, previousRelease, lastChange = state.lastUpdate } = state;
  const unfit = runningUpdate(state) ?? unsoundOutputs(state);
  if (unfit) return unfit;
  if (!release) {
    return no(`${stack} has no release`, `run \`pulumi up -s ${stack}\` first`);
  }
  const isBroken = lastChange !== undefined && lastChange.result !== "succeeded";
  if (state.pendingOperations > 0 || isBroken) {
    const what = state.pendingOperations > 0 ? interrupted(state) : failed(stack, lastChange);
    if (previousRelease && pinned === previousRelease.id)
      return {
        ok: true,
        release: previousRelease,
        why: `${what}: this is what it was to return to`,
      };
    return { ok: true, release, why: `${what}: this is what was live before it` };
  }
  if (previousRelease) return { ok: true, release: previousRelease };
  return no(
    `${stack} has no release before ${shortId(release.id)} to return to`,
    "deliver a good version instead: build it, or promote it",
  );
}

/** What to know about a release before it is pinned in a stack. */
export function pinNotes(
  release: LiveRelease,
  stack: string,
  file: StackFile,
  namespace: string,
): string[] {
  const notes: string[] = [];
  if (release.commit.endsWith("+changes")) {
    notes.push(
      `release ${shortId(release.id)} was built from uncommitted changes: no commit has its source`,
    );
  }
  if (release.commit === "unknown") {
    notes.push(`it is not known which commit release ${shortId(release.id)} was built from`);
  }
  if (file.build) {
    const remove = `pulumi config rm ${namespace}:release -s ${stack}`;
    notes.push(
      `${stack} builds from source: the pinned release wins over build until you remove it with \`${remove}\``,
    );
  }
  return notes;
}

/** An update that is under way, and keeps everything else from being done. */
export function runningUpdate({ stack, running }: StackState): Refusal | undefined {
  if (!running) return undefined;
  const by = running.by === undefined ? "" : ` by ${running.by}`;
  const since = running.since === undefined ? "" : ` since ${running.since}`;
  const cancel = `\`pulumi cancel -s ${stack}\``;
  if (running.gone) {
    const action = `run ${cancel}, then \`pulumi up -s ${stack}\``;
    return no(`${stack} is locked${by}${since}, and that process is gone`, action);
  }
  const action =
    "wait until it is done, or press Ctrl-C where it runs: it puts back the traffic that it was moving; " +
    `if whoever began it is gone, run ${cancel}`;
  return no(`${stack} is being updated${by}${since}`, action);
}

function unsoundOutputs({ stack, problems }: StackState): Refusal | undefined {
  if (problems.length === 0) return undefined;
  return no(new SettingsError(problems).message, `run \`pulumi up -s ${stack}\` to write it anew`);
}

function interrupted({ stack, pendingOperations }: StackState): string {
  const count = `${pendingOperations} of its operations ${pendingOperations === 1 ? "has" : "have"} no known outcome`;
  return `the last update of ${stack} was interrupted, ${count}`;
}

function failed(stack: string, last: LastUpdate | undefined): string {
  const { kind = "update", result = "unknown", endedAt } = last ?? {};
  const when = endedAt === undefined ? "" : ` (ended ${endedAt})`;
  return `the last ${kind} of ${stack} did not succeed: found ${result}${when}`;
}

function no(reason: string, action: string): Refusal {
  return { ok: false, reason, action };
}
