import { shortId } from "../release";
import { duration } from "./duration";
import { CommandFailure } from "./failure";
import type { Io } from "./io";
import type { Progress } from "./progress";
import { changesView } from "./progress-view";
import { Reporter } from "./reporter";
import type { StackState } from "./stack-state";
import type { Bound } from "./update";
import type { Workplace } from "./workplace";

/** What an update has brought about. */
export interface UpdateResult {
  readonly seconds: number;
  /** Resources by what became of them. */
  readonly changes: Readonly<Record<string, number>>;
  /** Id of the release that is live; null if none is, which only a plan can bring about. */
  readonly live: string | null;
  readonly url: string | null;
}

/**
 * Runs the update of a stack and shows its progress.
 *
 * @param release id of the release that must be live afterwards; undefined where only a build tells
 * @param bound what the update may do, where that was decided before
 */
export async function update(
  place: Workplace,
  io: Io,
  stack: string,
  release: string | undefined,
  bound?: Bound,
): Promise<UpdateResult> {
  const started = io.now();
  const reporter = new Reporter(io.progress, io.paintProgress, io.now);
  reporter.note(`updating ${stack}`);
  reporter.start();
  try {
    await place.update(
      stack,
      (event) => {
        reporter.event(event);
      },
      () => {
        reporter.note("stopping: Pulumi finishes what it has begun");
      },
      bound,
    );
  } catch (error) {
    throw failed(stack, reporter.progress, error, bound);
  } finally {
    reporter.end();
  }
  const seconds = (io.now() - started) / 1000;
  const state = await place.readStack(stack);
  const result = resultOf(stack, state, release, reporter.progress, seconds);
  if (!io.json) io.print(resultView(io, stack, result, state));
  return result;
}

function resultOf(
  stack: string,
  state: StackState | undefined,
  release: string | undefined,
  { changes = {} }: Progress,
  seconds: number,
): UpdateResult {
  const live = state?.release?.id;
  if (release !== undefined && live !== release) {
    const found = live === undefined ? "no release" : `release ${shortId(live)}`;
    const action = `look at \`npm run release -- status --stack ${stack}\``;
    const message = `the update succeeded, but found ${found} live instead of ${shortId(release)}`;
    throw new CommandFailure("failed", message, action);
  }
  return {
    seconds: Math.round(seconds * 10) / 10,
    changes,
    live: live ?? null,
    url: state?.url ?? null,
  };
}

function resultView(
  { paint }: Io,
  stack: string,
  { seconds, changes, live, url }: UpdateResult,
  state: StackState | undefined,
): string {
  const services = Object.entries(state?.services ?? {}).map(
    ([name, { live: slot }]) => `${name} on ${slot}`,
  );
  return [
    `${paint("green", "done")}: ${live === null ? "no release" : `release ${paint("bold", shortId(live))}`} is live in ${stack} after ${duration(seconds)}`,
    `  ${changesView(changes)}`,
    ...(services.length > 0 ? [`  ${services.join(", ")}`] : []),
    ...(url === null ? [] : [`  ${url}`]),
    "",
  ].join("\n");
}

/** What Pulumi says of a step that an update plan does not allow. */
const OFF_PLAN = /not allowed by the plan|violates plan/;

/** What a gate says of a release that it does not let in, before anything is declared. */
const REFUSED = /^\S+ does not take release [0-9a-f]{12}: /;

/** Pulumi's own words where the events said nothing of an error, for example of a locked stack. */
function failed(
  stack: string,
  { lines, output }: Progress,
  error: unknown,
  bound: Bound | undefined,
): unknown {
  const errors = lines.filter(({ mark }) => mark === "error").map(({ text }) => text);
  if (errors.length === 0 || !(error instanceof CommandFailure)) return error;
  const newPlan = `make a new plan: \`npm run release -- plan --stack ${stack}\``;
  if (errors.some((text) => OFF_PLAN.test(text))) {
    const message = `the update of ${stack} came upon a step that is not its plan's, and stopped before it`;
    const replan = `look at what was done before: \`pulumi preview -s ${stack}\`; then ${newPlan}`;
    return new CommandFailure("failed", message, replan, error, errors);
  }
  if (errors.some((text) => REFUSED.test(text))) {
    const message = `the gate of ${stack} refused the update before it changed anything, for the conditions shown above`;
    // A plan is carried out once, and this was an attempt at it.
    const again = `do what stands behind each condition, then ${bound ? newPlan : "run it again"}`;
    return new CommandFailure("refused", message, again, error, errors);
  }
  const action = `mend it and run \`pulumi up -s ${stack}\`, or go back: \`npm run release -- rollback --stack ${stack}\``;
  const said = output.length > 0 ? ["; the program's last words:", ...output].join("\n  ") : "";
  const message = `the update of ${stack} failed, for the reason shown above${said}`;
  return new CommandFailure("failed", message, action, error, errors);
}
