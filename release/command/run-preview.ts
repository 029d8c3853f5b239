import { type EnginePlan, readEnginePlan } from "../engine-plan";
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
  let progress = NO_PROGRESS;
  let shown = 0;
  io.progress.write(`previewing ${stack}\n`);
  const onStop = (): void => {
    io.progress.write("stopping: nothing was changed\n");
  };
  try {
    const engine = await place.preview(
      stack,
      (event) => {
        progress = reduceProgress(progress, event);
        for (const line of progress.lines.slice(shown))
          if (line.mark === "error" || line.mark === "warning")
            io.progress.write(`${lineView(line, io.paintProgress)}\n`);
        shown = progress.lines.length;
      },
      onStop,
    );
    const live = await place.readLive(stack, record.shifts, onStop);
    return { engine, plan: readEnginePlan(engine), live };
  } catch (error) {
    const errors = progress.lines.filter(({ mark }) => mark === "error").map(({ text }) => text);
    if (errors.length === 0 || !(error instanceof CommandFailure)) throw error;
    const message = `the preview of ${stack} failed, for the reason shown above; nothing was changed`;
    throw new CommandFailure("failed", message, "mend it and run the same again", error, errors);
  }
}
