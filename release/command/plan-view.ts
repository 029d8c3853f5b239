import type { EnginePlan, PlannedStep } from "../engine-plan";
import { type Difference, planWord, subjectOf } from "../plan-differences";
import { shortId } from "../release";
import type { SavedPlan } from "../saved-plan";
import type { Paint } from "./paint";
import { printable } from "./paint";
import { stepOf } from "./progress-step";
import { table } from "./table";

/** What becomes of one resource; also its form in JSON. */
export interface PlannedChange {
  readonly urn: string;
  /** Name and type, for people. */
  readonly resource: string;
  /** `create`, `update`, `replace` or `delete`. */
  readonly change: string;
  /** Inputs that change. */
  readonly inputs: readonly string[];
  /** What it stands for in a delivery, if anything. */
  readonly meaning?: string;
}

/** Names of inputs that are told of one resource; the rest is counted. */
const MOST_INPUTS = 4;
/** Order in which they are told. */
const CHANGES = ["create", "update", "replace", "delete"];

/** What a plan changes, in words; components, providers and the stack itself are no work of their own. */
export function plannedChanges({ steps }: EnginePlan): PlannedChange[] {
  return Object.entries(steps)
    .filter(([urn]) => !/^(switchyard|pulumi):/.test(typeOf(urn)))
    .map(([urn, step]) => changeOf(urn, step))
    .sort((a, b) => rank(a) - rank(b) || (a.resource < b.resource ? -1 : 1));
}

/** The summary of a plan for people. */
export function planView(
  { world, release }: SavedPlan,
  { unchanged }: EnginePlan,
  changes: readonly PlannedChange[],
  paint: Paint,
): string {
  const what = release
    ? `release ${paint("bold", shortId(release.id))} (commit ${release.commit})`
    : "a release that this update builds";
  const rows = changes.map(({ change, resource, inputs, meaning }) => [
    change,
    printable(resource),
    meaning ?? inputsText(inputs),
  ]);
  const lines = rows.length > 0 ? table(rows) : ["nothing"];
  return [
    `plan for ${paint("bold", world.stack)}, which delivers ${what}`,
    ...lines.map((line) => `  ${line}`),
    unchanged === 1 ? "  1 resource stays as it is" : `  ${unchanged} resources stay as they are`,
    "",
  ].join("\n");
}

/** Differences for people, a line each: names of files and resources can hold anything. */
export function differenceLines(differences: readonly Difference[]): string[] {
  return differences.map(({ what, text }) => printable(`${what}: ${text}`));
}

function changeOf(urn: string, step: PlannedStep): PlannedChange {
  const change = planWord(step).replace(/ it$/, "");
  const op = step.ops.find((each) => stepOf({ op: each, urn, type: typeOf(urn) })) ?? "";
  const meaning = stepOf({ op, urn, type: typeOf(urn) })?.milestone?.doing;
  return {
    urn,
    resource: subjectOf(urn),
    change,
    inputs: change === "create" || change === "delete" ? [] : Object.keys(step.inputs).sort(),
    ...(meaning !== undefined && { meaning: printable(meaning) }),
  };
}

function inputsText(inputs: readonly string[]): string {
  const more = inputs.length - MOST_INPUTS;
  const named = inputs.slice(0, MOST_INPUTS).map(printable).join(", ");
  return more > 0 ? `${named} and ${more} more` : named;
}

const rank = ({ change }: PlannedChange): number =>
  CHANGES.includes(change) ? CHANGES.indexOf(change) : CHANGES.length;

const typeOf = (urn: string): string => (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";
