import { shortId } from "../release";
import { duration } from "./duration";
import { CommandFailure } from "./failure";
import type { Io } from "./io";
import type { Progress } from "./progress";
import { changesView } from "./progress-view";
import { Reporter } from "./reporter";
import type { StackState } from "./stack-state";
import type { Workplace } from "./workplace";

/** What an update has brought about. */
export interface UpdateResult {
  readonly seconds: number;
  /** Resources by what became of them. */
  readonly changes: Readonly<Record<string, number>>;
  /** Id of the release that is live. */
  readonly live: string;
  readonly url: string | null;
}

/**
 * Runs the update of a stack and shows its progress.
 *
 * @param release id of the release that must be live afterwards
 */
export async function update(
  place: Workplace,
  io: Io,
  stack: string,
  release: string,
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
    );
  } catch (error) {
    throw failed(stack, reporter.progress, error);
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
  release: string,
  { changes = {} }: Progress,
  seconds: number,
): UpdateResult {
  const live = state?.release?.id;
  if (live !== release) {
    const found = live === undefined ? "no release" : `release ${shortId(live)}`;
    const action = `look at \`npm run release -- status --stack ${stack}\``;
    const message = `the update succeeded, but found ${found} live instead of ${shortId(release)}`;
    throw new CommandFailure("failed", message, action);
  }
  return { seconds: Math.round(seconds * 10) / 10, changes, live, url: state?.url ?? null };
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
    `${paint("green", "done")}: release ${paint("bold", shortId(live))} is live in ${stack} after ${duration(seconds)}`,
    `  ${changesView(changes)}`,
    ...(services.length > 0 ? [`  ${services.join(", ")}`] : []),
    ...(url === null ? [] : [`  ${url}`]),
    "",
  ].join("\n");
}

/** Pulumi's own words where the events said nothing of an error, for example of a locked stack. */
function failed(stack: string, { lines, output }: Progress, error: unknown): unknown {
  const errors = lines.filter(({ mark }) => mark === "error").map(({ text }) => text);
  if (errors.length === 0 || !(error instanceof CommandFailure)) return error;
  const action = `mend it and run \`pulumi up -s ${stack}\`, or go back: \`npm run release -- rollback --stack ${stack}\``;
  const said = output.length > 0 ? ["; the program's last words:", ...output].join("\n  ") : "";
  const message = `the update of ${stack} failed, for the reason shown above${said}`;
  return new CommandFailure("failed", message, action, error, errors);
}
