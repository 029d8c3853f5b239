import { type EnginePlan, UNKNOWN } from "../engine-plan";
import { worldDifferences } from "../plan-differences";
import { planId, type SavedPlan, writePlan } from "../saved-plan";
import { CommandFailure } from "./failure";
import { type Io, printJson } from "./io";
import { differenceLines, plannedChanges, planView } from "./plan-view";
import { assertNotRunning, readWorld, type WorldNow } from "./read-world";
import { shortName } from "./read-stack";
import { preview } from "./run-preview";
import type { Workplace } from "./workplace";

export interface PlanOptions {
  readonly stack: string;
  /** File that the plan is written to. @default planFileOf(stack) */
  readonly out?: string;
}

/** What the name of a plan's file ends with: git ignores it, and no plan counts it as source. */
const ENDING = ".plan.json";

/** The file that a stack's plan is written to, unless another is named. */
export function planFileOf(stack: string): string {
  return `${shortName(stack)}${ENDING}`;
}

/** Previews a stack's update, and saves what `apply` is then bound to. */
export async function plan(place: Workplace, io: Io, options: PlanOptions): Promise<void> {
  const { stack, out = planFileOf(stack) } = options;
  if (!out.endsWith(ENDING)) {
    const action = `end its name in ${ENDING}, which git ignores: --out ${planFileOf(stack)}`;
    throw new CommandFailure("mistake", `a plan can't be written to ${out}`, action);
  }
  const before = await readWorld(place, stack);
  assertNotRunning(before);
  const { engine, plan: steps, live } = await preview(place, io, before);
  const moved = worldDifferences(before.world, (await readWorld(place, stack)).world);
  if (moved.length > 0) {
    const lines = differenceLines(moved);
    const message = ["the world changed while it was planned:", ...lines].join("\n  ");
    throw new CommandFailure("refused", message, "run the same again", undefined, lines);
  }
  const saved: SavedPlan = {
    madeAt: new Date(io.now()).toISOString(),
    madeBy: before.backend.user ?? null,
    release: deliveredBy(steps, before),
    revision: before.source.revision ?? null,
    world: before.world,
    live,
    engine,
  };
  await place.writePlan(out, writePlan(saved));
  const id = planId(saved);
  const changes = plannedChanges(steps);
  const next = [`npm run release -- apply ${out}`];
  if (io.json) {
    const { release, madeAt, madeBy, revision } = saved;
    const { unchanged } = steps;
    printJson(io, {
      verb: "plan",
      stack,
      file: out,
      id,
      madeAt,
      madeBy,
      revision,
      release,
      changes,
      unchanged,
      next,
    });
    return;
  }
  io.print(planView(saved, steps, changes, io.paint));
  io.print(`plan ${id.slice(0, 12)} is in ${out}; next:\n  ${next.join("\n  ")}\n`);
}

/** The release that an update delivers: the pinned one, else the one that it exports, where a preview knows it. */
function deliveredBy({ outputs }: EnginePlan, { file, state }: WorldNow): SavedPlan["release"] {
  if (file?.pinned) return { id: file.pinned.id, commit: file.pinned.commit };
  if (!Object.hasOwn(outputs, "release"))
    return state.release ? { id: state.release.id, commit: state.release.commit } : null;
  const { id, commit } = (outputs["release"] ?? {}) as { id?: unknown; commit?: unknown };
  const isKnown = typeof id === "string" && typeof commit === "string" && id !== UNKNOWN;
  return isKnown ? { id, commit } : null;
}
