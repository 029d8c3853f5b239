import type { EngineEvent } from "@pulumi/pulumi/automation";
import { type EnginePlan, readEnginePlan } from "../engine-plan";
import type { PreviewedResource } from "../parity/graph";
import { PreviewedResources } from "../parity/previewed";
import type { LiveWeights } from "../saved-plan";
import { CommandFailure } from "./failure";
import type { Io } from "./io";
import { NO_PROGRESS, reduceProgress } from "./progress";
import { lineView } from "./progress-view";
import type { WorldNow } from "./read-world";
import type { Workplace } from "./workplace";

/** What an update would do now, and the live world that it would do it in. */
export interface Previewed {
  /** Pulumi's update plan, as it wrote it. */
  readonly engine: string;
  readonly plan: EnginePlan;
  readonly live: LiveWeights;
}

/** Previews a stack's update. Its errors and warnings are shown; what it would do is the caller's to tell. */
export async function preview(
  place: Workplace,
  io: Io,
  { world: { stack }, record }: WorldNow,
): Promise<Previewed> {
  return watched(previewOf(place, io, stack), async (run) => {
    const engine = await run();
    const live = await place.readLive(stack, record.shifts, onStopOf(io));
    return { engine, plan: readEnginePlan(engine), live };
  });
}

/** Previews a stack's update for the resources that it would have, and for how many of them it would touch. */
export async function previewResources(
  place: Workplace,
  io: Io,
  stack: string,
): Promise<{ readonly resources: PreviewedResource[]; readonly changes: number }> {
  const told = new PreviewedResources();
  return watched(previewOf(place, io, stack), async (run) => {
    const plan = await run((event) => {
      told.add(event);
    });
    return { resources: told.all(plan), changes: told.changes };
  });
}

/** Asks AWS for every resource of a stack's state, by a refresh that changes nothing. */
export async function refreshPreview(
  place: Workplace,
  io: Io,
  stack: string,
  onEvent: (event: EngineEvent) => void,
): Promise<void> {
  const look: Watched<void> = {
    io,
    doing: `looking at ${stack}`,
    failed: `the look at ${stack} failed`,
    start: (toShow) => place.refreshPreview(stack, toShow, onStopOf(io)),
  };
  return watched(look, (run) => run(onEvent));
}

const previewOf = (place: Workplace, io: Io, stack: string): Watched<string> => ({
  io,
  doing: `previewing ${stack}`,
  failed: `the preview of ${stack} failed`,
  start: (toShow) => place.preview(stack, toShow, onStopOf(io)),
});

/** A run of the engine that changes nothing, and what is said of it. */
interface Watched<R> {
  readonly io: Io;
  readonly doing: string;
  readonly failed: string;
  readonly start: (toShow: (event: EngineEvent) => void) => Promise<R>;
}

type Run<R> = (onEvent?: (event: EngineEvent) => void) => Promise<R>;

/** Shows errors and warnings of such a run, and says of one that fails what is known. */
async function watched<R, T>(
  { io, doing, failed, start }: Watched<R>,
  use: (run: Run<R>) => Promise<T>,
): Promise<T> {
  let progress = NO_PROGRESS;
  let shown = 0;
  io.progress.write(`${doing}\n`);
  const show = (event: EngineEvent): void => {
    progress = reduceProgress(progress, event);
    for (const line of progress.lines.slice(shown))
      if (line.mark === "error" || line.mark === "warning")
        io.progress.write(`${lineView(line, io.paintProgress)}\n`);
    shown = progress.lines.length;
  };
  const run: Run<R> = (onEvent) =>
    start((event) => {
      onEvent?.(event);
      show(event);
    });
  try {
    return await use(run);
  } catch (error) {
    const errors = progress.lines.filter(({ mark }) => mark === "error").map(({ text }) => text);
    if (errors.length === 0 || !(error instanceof CommandFailure)) throw error;
    const message = `${failed}, for the reason shown above; nothing was changed`;
    throw new CommandFailure("failed", message, "mend it and run the same again", error, errors);
  }
}

const onStopOf = (io: Io) => (): void => {
  io.progress.write("stopping: nothing was changed\n");
};
