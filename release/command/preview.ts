import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { subjectOf } from "../plan-differences";
import type { LiveWeights } from "../saved-plan";
import type { Weights } from "../weights";
import { type RunPlace, withStack } from "./automation";
import { CommandFailure } from "./failure";
import { withPrivateFolder } from "./private-folder";

export interface PreviewRun extends RunPlace {
  readonly onEvent: (event: EngineEvent) => void;
}

/**
 * Runs `pulumi preview` and gives Pulumi's update plan of it. Nothing of the stack changes.
 *
 * @throws CommandFailure when it did not succeed
 */
export function runPreview(run: PreviewRun): Promise<string> {
  return withPrivateFolder(async (folder) => {
    const plan = join(folder, "plan.json");
    const { onEvent } = run;
    await withStack(run, (target, signal) =>
      target.preview({ onEvent, color: "never", signal, plan }),
    );
    return readFile(plan, "utf8");
  });
}

/**
 * Asks the load balancer for the weights that traffic shifts own, by a preview of a refresh. Nothing changes.
 *
 * @param urns of the shifts in the stack's state
 */
export async function readLiveWeights(
  run: RunPlace,
  urns: readonly string[],
): Promise<LiveWeights> {
  const found: Record<string, Weights | null> = {};
  if (urns.length === 0) return found;
  const onEvent = ({ resOutputsEvent }: EngineEvent): void => {
    const { urn, op, new: now } = resOutputsEvent?.metadata ?? {};
    if (urn === undefined || !urns.includes(urn)) return;
    found[urn] = op === "delete" ? null : weightsIn(now?.outputs);
  };
  await withStack(run, (target, signal) =>
    target.previewRefresh({ onEvent, color: "never", signal, target: [...urns] }),
  );
  const missing = urns.find((urn) => !Object.hasOwn(found, urn));
  if (missing === undefined) return found;
  const message = `the live weights of ${subjectOf(missing)} could not be read`;
  throw new CommandFailure(
    "failed",
    message,
    `look at \`pulumi refresh --preview-only -s ${run.stack}\``,
  );
}

function weightsIn(outputs: Readonly<Record<string, unknown>> | undefined): Weights | null {
  const { blue, green } = (outputs?.["weights"] ?? {}) as Partial<Weights>;
  return typeof blue === "number" && typeof green === "number" ? { blue, green } : null;
}
