import { askedOf } from "../checklist/asked";
import type { ChecklistFacts, GateAnswer, Previewed } from "../checklist/facts";
import type { Answer, Line, Read } from "../checklist/item";
import { checklist as linesOf } from "../checklist/lines";
import type { Entry } from "../ledger/entry";
import { LedgerError } from "../ledger/ledger-error";
import { lookUp } from "../ledger/look-up";
import { checklistView } from "./checklist-view";
import { CommandFailure } from "./failure";
import { gateAnswer } from "./gate-answer";
import { type Io, printJson } from "./io";
import { declarationIn } from "./parity";
import { readWorld } from "./read-world";
import { previewResources } from "./run-preview";
import { trafficReport } from "./traffic-report";
import type { Workplace } from "./workplace";

export interface ChecklistOptions {
  readonly stack: string;
}

/** Goes through the checklist before a delivery: every line computed from what there is, nothing changed. */
export async function checklist(
  place: Workplace,
  io: Io,
  { stack }: ChecklistOptions,
): Promise<void> {
  const lines = linesOf(await read(place, io, stack));
  const result = { verb: "checklist", stack, ready: isReady(lines), lines };
  if (!io.json) io.print(checklistView(stack, lines, io.paint));
  else if (isReady(lines)) printJson(io, result);
  if (isReady(lines)) return;
  const count = (answer: Answer): number =>
    lines.flatMap(({ items }) => items).filter((each) => each.answer === answer).length;
  const [failing, unknown] = [count("fails"), count("unknown")];
  throw new CommandFailure(
    failing > 0 ? "refused" : "failed",
    `${stack} is not ready for a delivery: ${failing} do not hold, ${unknown} can't be told`,
    "do what stands behind each, and run it again",
    undefined,
    [],
    result,
  );
}

const isReady = (lines: readonly Line[]): boolean =>
  lines.every(({ answer }) => answer !== "fails" && answer !== "unknown");

/** Each part of what the checklist is computed from, once. */
async function read(place: Workplace, io: Io, stack: string): Promise<ChecklistFacts> {
  const now = await readWorld(place, stack);
  const { state, file, source } = now;
  const [traffic, drift, health, { previewed, declaration }] = await Promise.all([
    trafficReport(place, state),
    asRead(() => newestDrift(place, stack)),
    place.readHealth(stack, askedOf(state.resources)),
    previewOf(place, io, stack),
  ]);
  const pinned = file?.pinned;
  const gate = pinned && (await asRead(() => gateAnswer(place, stack, pinned.id, declaration)));
  return {
    stack,
    state,
    ...(file && { file }),
    ...(source.revision !== undefined && { revision: source.revision }),
    ...(gate && isAnswer(gate) && { gate }),
    preview: previewed,
    traffic,
    drift,
    health,
  };
}

async function newestDrift(place: Workplace, stack: string): Promise<Entry | undefined> {
  const { store } = await place.openLedger(stack);
  return (await lookUp(store, { kinds: ["drift"], newestOnly: true })).at(-1);
}

async function previewOf(
  place: Workplace,
  io: Io,
  stack: string,
): Promise<{ readonly previewed: Previewed; readonly declaration?: string }> {
  try {
    const { resources, changes } = await previewResources(place, io, stack);
    const unchanged = resources.length - changes;
    return { previewed: { ok: true, changes, unchanged }, declaration: declarationIn(resources) };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    const errors = error.details.length > 0 ? error.details : [error.message];
    return { previewed: { ok: false, errors } };
  }
}

/** Not that there is no gate. */
const isAnswer = (gate: Read<GateAnswer | undefined>): gate is Read<GateAnswer> =>
  !gate.read || gate.value !== undefined;

async function asRead<T>(read: () => Promise<T>): Promise<Read<T>> {
  try {
    return { read: true, value: await read() };
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return { read: false, reason, isTampered: error instanceof LedgerError };
  }
}
