import { readEnginePlan } from "../engine-plan";
import {
  type Difference,
  liveDifferences,
  stepDifferences,
  worldDifferences,
} from "../plan-differences";
import { shortId } from "../release";
import { openPlan, type SavedPlan } from "../saved-plan";
import { assertConfirmed, type Question } from "./assert-confirmed";
import { time } from "./duration";
import { CommandFailure } from "./failure";
import { type Io, printJson } from "./io";
import { planFileOf } from "./plan";
import { differenceLines } from "./plan-view";
import { assertNotRunning, readWorld, type WorldNow } from "./read-world";
import { preview } from "./run-preview";
import { update } from "./run-update";
import type { Workplace } from "./workplace";

export interface ApplyOptions {
  /** File of the plan. @default planFileOf(stack) */
  readonly file?: string;
  /** Stack that the plan must be for. @default any, or production where no file is named */
  readonly stack?: string;
  /** Whether not to ask before it. */
  readonly yes: boolean;
}

const DEFAULT_STACK = "production";

/** Carries out a saved plan, or refuses because the world is not the one that it was made in. */
export async function apply(place: Workplace, io: Io, options: ApplyOptions): Promise<void> {
  const { yes } = options;
  const required = options.stack ?? (options.file === undefined ? DEFAULT_STACK : undefined);
  const file = options.file ?? planFileOf(required ?? DEFAULT_STACK);
  const { id, plan } = await openedPlan(place, file, required ?? DEFAULT_STACK);
  const { stack } = plan.world;
  if (required !== undefined && required !== stack) {
    const action = `name the plan of ${required}, or leave out --stack`;
    throw new CommandFailure("refused", `${file} is a plan for ${stack}, not ${required}`, action);
  }
  const now = await readWorld(place, stack);
  assertNotApplied(id, now);
  assertNotRunning(now);
  assertSame(stack, worldDifferences(plan.world, now.world));
  await assertConfirmed(io, yes, questionOf(plan));
  const found = await preview(place, io, now);
  assertSame(stack, [
    ...liveDifferences(plan.live, found.live),
    ...stepDifferences(readEnginePlan(plan.engine), found.plan),
  ]);
  // A preview takes seconds, and a person's answer longer.
  const last = await readWorld(place, stack);
  assertNotRunning(last);
  assertSame(stack, worldDifferences(plan.world, last.world));
  const bound = { engine: plan.engine, message: messageOf(id) };
  const result = await update(place, io, stack, plan.release?.id, bound);
  if (io.json) printJson(io, { verb: "apply", stack, file, plan: id, update: result });
}

/** What the stack's history says of an update that carried out a plan. */
function messageOf(id: string): string {
  return `release apply: plan ${id}`;
}

async function openedPlan(
  place: Workplace,
  file: string,
  stack: string,
): Promise<{ readonly id: string; readonly plan: SavedPlan }> {
  const text = await place.readPlan(file);
  if (text === undefined) {
    const action = `make it: \`npm run release -- plan --stack ${stack}\``;
    throw new CommandFailure("mistake", `there is no plan in ${file}`, action);
  }
  const opened = openPlan(text);
  if (opened.ok) return opened;
  const again = "make it anew: `npm run release -- plan`";
  if (opened.why === "edited") {
    const message = `${file} was edited: it does not have the content that its id was made from`;
    throw new CommandFailure("refused", message, again);
  }
  throw new CommandFailure("mistake", `${file} is no plan that this version can read`, again);
}

function assertNotApplied(id: string, { record, world }: WorldNow): void {
  const before = record.history.find(({ message }) => message === messageOf(id));
  if (!before) return;
  const end = before.result === "succeeded" ? "succeeded" : `ended as ${before.result}`;
  const message = `this plan was applied already, by the update of ${time(before.startedAt)}, which ${end}`;
  throw new CommandFailure("refused", message, newPlan(world.stack));
}

function assertSame(stack: string, differences: readonly Difference[]): void {
  if (differences.length === 0) return;
  const lines = differenceLines(differences);
  const message = ["the world is not the one that the plan was made in:", ...lines].join("\n  ");
  throw new CommandFailure(
    "refused",
    message,
    `look at what changed, then ${newPlan(stack)}`,
    undefined,
    lines,
  );
}

function questionOf({ release, madeAt, madeBy, world: { stack } }: SavedPlan): Question {
  const what = release ? `release ${shortId(release.id)}` : "what is built";
  const by = madeBy === null ? "" : ` by ${madeBy}`;
  return {
    asks: "apply",
    question: `deliver ${what} to ${stack} now, as planned ${time(madeAt)}${by}?`,
    unasked: "add --yes to run it without a question",
    declined: {
      message: "nothing was updated",
      action: `look at the plan again: ${newPlan(stack)}`,
    },
  };
}

function newPlan(stack: string): string {
  return `make a new plan: \`npm run release -- plan --stack ${stack}\``;
}
