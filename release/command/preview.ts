import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { mapValues } from "../map-values";
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
 * Asks AWS for every resource of a stack's state, as a refresh does. Nothing changes, neither there nor in the state.
 *
 * @throws CommandFailure when it did not succeed
 */
export async function runRefreshPreview(run: PreviewRun): Promise<void> {
  const { onEvent } = run;
  await withStack(run, (target, signal) =>
    target.previewRefresh({ onEvent, color: "never", signal }),
  );
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
  if (urns.length === 0) return {};
  const found = new Map<string, LiveWeights>();
  const onEvent = ({ resOutputsEvent }: EngineEvent): void => {
    const { urn = "", old, new: now } = resOutputsEvent?.metadata ?? {};
    if (urns.includes(urn)) found.set(urn, liveWeights(old?.outputs, now?.outputs));
  };
  await withStack(run, (target, signal) =>
    target.previewRefresh({ onEvent, color: "never", signal, target: [...urns] }),
  );
  const missing = urns.find((urn) => !found.has(urn));
  if (missing === undefined) return Object.assign({}, ...found.values()) as LiveWeights;
  const message = `the live weights of ${subjectOf(missing)} could not be read`;
  const action = `look at \`pulumi refresh --preview-only -s ${run.stack}\``;
  throw new CommandFailure("failed", message, action);
}

type Outputs = Readonly<Record<string, unknown>> | undefined;

/**
 * Weights of the services of a shift, null for one whose rule is gone.
 *
 * @param known outputs of the shift in the stack's state
 * @param found outputs that were read; undefined where all rules are gone
 */
export function liveWeights(known: Outputs, found: Outputs): LiveWeights {
  return mapValues(servicesIn(known), (_each, name) => {
    const { blue, green } = (servicesIn(found)[name]?.weights ?? {}) as Partial<Weights>;
    return typeof blue === "number" && typeof green === "number" ? { blue, green } : null;
  });
}

const servicesIn = (outputs: Outputs): Readonly<Record<string, { readonly weights?: unknown }>> =>
  (outputs?.["services"] ?? {}) as Readonly<Record<string, { readonly weights?: unknown }>>;
