import type { LiveRelease } from "../outputs";
import { type PinnedRelease, shortId } from "../release";
import { assertConfirmed } from "./assert-confirmed";
import { pinNotes } from "./decisions";
import { CommandFailure, UnknownStack } from "./failure";
import { type Io, printJson } from "./io";
import { pinOf } from "./pin-text";
import { type Traffic, trafficView } from "./move-at-once";
import { pinRelease } from "./pin-release";
import { assertNotRunning } from "./read-world";
import type { StackFile } from "./stack-file";
import type { StackState } from "./stack-state";
import { type UpdateResult, update } from "./run-update";
import { fileNameOf, type Workplace } from "./workplace";

export interface DeliverOptions {
  /** Whether to run the update as well. */
  readonly up: boolean;
  /** Whether not to ask before it. */
  readonly yes: boolean;
}

/** A release on its way into a stack's file. */
export interface Delivery {
  readonly verb: "promote" | "rollback";
  readonly from?: string;
  readonly to: string;
  /** The stack that gets it; undefined if there is none yet. */
  readonly target: StackState | undefined;
  readonly release: LiveRelease;
  /** The release as it is pinned. */
  readonly pin: PinnedRelease;
  /** Why it is this release, where that is not plain. */
  readonly why?: string;
  /** Runs once nothing keeps the verb from going on, before anything is written. */
  readonly before?: () => Promise<void>;
  /** Runs between the pin and the update. @param text of the stack's file with the pin */
  readonly first?: (text: string) => Promise<Traffic>;
}

/** Pins a release in a stack's file, and runs the update where that is asked for. */
export async function deliver(
  place: Workplace,
  io: Io,
  delivery: Delivery,
  options: DeliverOptions,
): Promise<void> {
  const { to, release, pin } = delivery;
  const file = await stackFileOf(place, to);
  const text = pinRelease(file.text, place.project.name, pin, file.name);
  const isNew = text !== file.text;
  const notes = [
    ...(delivery.why === undefined ? [] : [delivery.why]),
    ...pinNotes(release, to, file, place.project.name),
  ];
  if (options.up) await assertMayUpdate(io, delivery, options);
  await delivery.before?.();
  if (isNew) await place.writeFile(to, text);
  if (!io.json) io.print(pinView(io, delivery, file, isNew, notes));
  const next = nextSteps(to, delivery.target !== undefined);
  const traffic = options.up ? await delivery.first?.(text) : undefined;
  if (traffic && !io.json) io.print(trafficView(io, traffic));
  const result = options.up
    ? await update(place, io, to, release.id).catch((error: unknown) => {
        throw afterMove(error, traffic);
      })
    : undefined;
  if (!result && !io.json) io.print(`next:\n${next.map((step) => `  ${step}\n`).join("")}`);
  if (io.json) {
    const { verb, from } = delivery;
    printJson(io, {
      verb,
      ...(from !== undefined && { from }),
      to,
      release: pinOf(pin),
      file: file.name,
      written: isNew,
      notes,
      ...(traffic && { traffic }),
      ...(result ? { update: result satisfies UpdateResult } : { next }),
    });
  }
}

/** What failed was the catching up: people are served by the release already. */
function afterMove(error: unknown, traffic: Traffic | undefined): unknown {
  if (!(error instanceof CommandFailure) || !traffic?.moved) return error;
  const moves = Object.entries(traffic.services).map(([service, { to }]) => `${service} to ${to}`);
  if (moves.length === 0) return error;
  const message = `the traffic was moved before the update (${moves.join(", ")}): ${error.message}`;
  return new CommandFailure("failed", message, error.action, error, error.details);
}

/** The file of a stack that is to be edited. */
export async function stackFileOf(place: Workplace, stack: string): Promise<StackFile> {
  const file = await place.readFile(stack);
  if (file) return file;
  const name = fileNameOf(stack);
  const action = `make it, with the stack's region, account and network, as Pulumi.production.yaml shows`;
  throw new CommandFailure("mistake", `there is no ${name} in the project's folder`, action);
}

/** Everything that keeps an update from running, before anything is written. */
async function assertMayUpdate(
  io: Io,
  { to, target, release }: Delivery,
  { yes }: DeliverOptions,
): Promise<void> {
  if (!target) throw new UnknownStack(to);
  assertNotRunning({ state: target });
  await assertConfirmed(io, yes, {
    asks: "--up",
    question: `deliver release ${shortId(release.id)} (commit ${release.commit}) to ${to} now?`,
    unasked: `add --yes to run it without a question, or leave out --up and run \`pulumi up -s ${to}\``,
    declined: {
      message: "nothing was written and nothing was updated",
      action: `see what it would do: leave out --up, then run \`pulumi preview -s ${to}\``,
    },
  });
}

function pinView(
  { paint }: Io,
  { release, from }: Delivery,
  file: StackFile,
  isNew: boolean,
  notes: readonly string[],
): string {
  const which = `release ${paint("bold", shortId(release.id))} (commit ${release.commit})`;
  const source = from === undefined ? "" : `, live in ${from},`;
  const instead =
    file.pinned && file.pinned.id !== release.id ? ` instead of ${shortId(file.pinned.id)}` : "";
  const head = isNew
    ? `${which}${source} is now pinned in ${file.name}${instead}`
    : `${which}${source} is pinned in ${file.name} already; nothing was written`;
  const images = Object.entries(release.images).map(
    ([service, digest]) => `  ${service}  ${paint("dim", digest)}`,
  );
  const remarks = notes.map((note) => `${paint("yellow", "note:")} ${note}`);
  return [head, ...images, ...remarks].join("\n") + "\n";
}

function nextSteps(stack: string, exists: boolean): string[] {
  const make = exists ? [] : [`pulumi stack init ${stack}`];
  return [...make, `pulumi preview -s ${stack}`, `pulumi up -s ${stack}`];
}
