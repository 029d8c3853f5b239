import { type Finding, Findings, findingsHash, restoreCommand } from "../drift/findings";
import { append } from "../ledger/append";
import { runningUpdate } from "./decisions";
import { driftView } from "./drift-view";
import {
  countsOf,
  driftFailure,
  type DriftReport,
  forMachines,
  type Recorded,
} from "./drift-report";
import { CommandFailure, UnknownStack } from "./failure";
import { type Io, printJson } from "./io";
import { subjectOf } from "../plan-differences";
import { otherAccount } from "../other-account";
import { refreshPreview } from "./run-preview";
import type { StackState } from "./stack-state";
import type { Workplace } from "./workplace";

export interface DriftOptions {
  readonly stack: readonly string[];
}

/** Resources that are told of by name in a ledger; the rest is counted. */
const MOST_NAMED = 50;
/** After how many resources progress is told. */
const STEP = 25;

/** Compares what is deployed with what the last update left. Nothing of it changes; the look itself goes on record. */
export async function drift(place: Workplace, io: Io, { stack }: DriftOptions): Promise<void> {
  const stacks = [...new Set(stack)];
  const states = await Promise.all(stacks.map((each) => place.readStack(each)));
  const reports: DriftReport[] = [];
  for (const [index, name] of stacks.entries()) {
    const state = states[index];
    if (!state) throw new UnknownStack(name);
    reports.push(await lookAt(place, io, state));
  }
  const result = { verb: "drift", stacks: reports.map(forMachines) };
  const failure = driftFailure(reports, result);
  if (!io.json) io.print(driftView(reports, io.paint));
  else if (!failure) printJson(io, result);
  if (failure) throw failure;
}

async function lookAt(place: Workplace, io: Io, state: StackState): Promise<DriftReport> {
  const { stack } = state;
  try {
    return await compared(place, io, state);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    const { message, details, action } = error;
    const reason = details.length > 0 ? details.join("; ") : message;
    return { stack, looked: false, reason, ...(action !== undefined && { action }) };
  }
}

async function compared(place: Workplace, io: Io, state: StackState): Promise<DriftReport> {
  const { stack, lastUpdate } = state;
  const running = runningUpdate(state);
  if (running) throw new CommandFailure("refused", running.reason, running.action);
  const [{ account }, { store, writer }] = await Promise.all([
    place.readAwsPlace(stack),
    place.openLedger(stack),
  ]);
  // Said within seconds: the engine itself asks for minutes before it gives up.
  const who = await writer().catch((error: unknown) => {
    const action = "look at your credentials for that account, and whether AWS can be reached";
    throw new CommandFailure("failed", messageOf(error), action, error);
  });
  assertAccount(who.by.arn, account);
  const { looked, findings } = await look(place, io, state);
  const trail =
    findings.length === 0 ? undefined : await place.readTrail(stack, lastUpdate?.endedAt);
  const hash = findingsHash(findings);
  const write = async (): Promise<Recorded> => {
    if (!state.ledger) return { written: false, reason: "the stack has no ledger yet" };
    const { sequence } = await append(store, who, {
      kind: "drift",
      what: "release drift",
      result: hash,
      details: {
        ...countsOf(findings),
        resources: findings.slice(0, MOST_NAMED).map(({ urn }) => subjectOf(urn)),
      },
    });
    return { written: true, sequence };
  };
  const ledger = await write().catch((error: unknown): Recorded => {
    return { written: false, reason: messageOf(error) };
  });
  return {
    stack,
    looked: true,
    account,
    resources: looked,
    findings,
    hash,
    ...(trail && { trail, restore: restoreCommand(findings, stack) }),
    ledger,
  };
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

async function look(
  place: Workplace,
  io: Io,
  { stack }: StackState,
): Promise<{ readonly looked: number; readonly findings: readonly Finding[] }> {
  const findings = new Findings();
  await refreshPreview(place, io, stack, (event) => {
    const { looked } = findings;
    findings.add(event);
    if (findings.looked > looked && findings.looked % STEP === 0)
      io.progress.write(`  ${findings.looked} resources of ${stack}\n`);
  });
  return { looked: findings.looked, findings: findings.all() };
}

function assertAccount(arn: string, account: string): void {
  const problem = otherAccount(arn, account);
  if (problem !== undefined)
    throw new CommandFailure(
      "mistake",
      problem,
      "set AWS_PROFILE, or the credentials of that account",
    );
}
