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
  return watched(place, io, stack, async (run) => {
    const engine = await run();
    const live = await place.readLive(stack, record.shifts, onStopOf(io));
    return { engine, plan: readEnginePlan(engine), live };
  });
}

/** Previews a stack's update for the resources that it would have. */
export async function previewResources(
  place: Workplace,
  io: Io,
  stack: string,
): Promise<PreviewedResource[]> {
  const resources = new PreviewedResources();
  return watched(place, io, stack, async (run) =>
    resources.all(
      await run((event) => {
        resources.add(event);
      }),
    ),
  );
}

type Run = (onEvent?: (event: EngineEvent) => void) => Promise<string>;

/** Shows errors and warnings of a preview, and says of one that fails what is known. */
async function watched<T>(
  place: Workplace,
  io: Io,
  stack: string,
  use: (run: Run) => Promise<T>,
): Promise<T> {
  let progress = NO_PROGRESS;
  let shown = 0;
  io.progress.write(`previewing ${stack}\n`);
  const show = (event: EngineEvent): void => {
    progress = reduceProgress(progress, event);
    for (const line of progress.lines.slice(shown))
      if (line.mark === "error" || line.mark === "warning")
        io.progress.write(`${lineView(line, io.paintProgress)}\n`);
    shown = progress.lines.length;
  };
  const run: Run = (onEvent) =>
    place.preview(
      stack,
      (event) => {
        onEvent?.(event);
        show(event);
      },
      onStopOf(io),
    );
  try {
    return await use(run);
  } catch (error) {
    const errors = progress.lines.filter(({ mark }) => mark === "error").map(({ text }) => text);
    if (errors.length === 0 || !(error instanceof CommandFailure)) throw error;
    const message = `the preview of ${stack} failed, for the reason shown above; nothing was changed`;
    throw new CommandFailure("failed", message, "mend it and run the same again", error, errors);
  }
}

const onStopOf = (io: Io) => (): void => {
  io.progress.write("stopping: nothing was changed\n");
};
