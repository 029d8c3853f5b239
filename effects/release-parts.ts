import type { AcceptedSlots } from "../release/passed-test";
import { messageOf } from "./clients";
import { pause } from "./interruption";

/** One service's part in a release: all of them are switched together, or none. */
export interface ReleasePart {
  /** What messages call it. */
  readonly name: string;
  /** Parts of one number go together, those of a lower one before. */
  readonly order: number;
  /** What it has found good by an acceptance test. @default nothing */
  readonly accepted?: AcceptedSlots;
  /** Waits for what must be there first, as long as `stop` is not aborted. Moves nothing. */
  prepare(stop: AbortSignal): Promise<void>;
  /** Does what is due. @returns seconds until there is more to do; nothing when all is done */
  advance(): Promise<number | undefined>;
  /** @throws with what is wrong now */
  look(): Promise<void>;
  /** Whether it takes more than a write to put back: then what one write puts back goes first. @default false */
  readonly goesBackSlowly?: boolean;
  /** Whether it can be put back now. @default true */
  canUndo?(): Promise<boolean>;
  /** Puts back what it has changed. Does not fail. @returns what came of it; nothing where there was nothing to put back */
  undo(): Promise<string | undefined>;
  /** The sentence for the user about the part that failed. */
  describe(reason: string, undone: string | undefined): string;
}

/** How long at most nobody looks while a release is on its way. */
const LOOK_SECONDS = 2;

class PartFailure extends Error {
  readonly part: ReleasePart;

  constructor(part: ReleasePart, cause: unknown) {
    super(messageOf(cause), { cause });
    this.part = part;
  }
}

/**
 * Ends when all have ended, so that nothing is under way any more when something is put back. As soon as one has failed,
 * none need wait any more.
 */
async function each(
  parts: readonly ReleasePart[],
  act: (part: ReleasePart, stop: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const stop = new AbortController();
  const acts = parts.map((part) =>
    act(part, stop.signal).catch((error: unknown) => {
      stop.abort();
      throw error;
    }),
  );
  const ends = await Promise.allSettled(acts);
  parts.forEach((part, index) => {
    const end = ends[index];
    if (end?.status === "rejected") throw new PartFailure(part, end.reason);
  });
}

function inOrder(parts: readonly ReleasePart[]): readonly ReleasePart[][] {
  const orders = [...new Set(parts.map(({ order }) => order))].sort((a, b) => a - b);
  return orders.map((order) => parts.filter((part) => part.order === order));
}

/** Brings a group to its end, while everything is looked at: what is live already, and what is still to come. */
async function bring(group: readonly ReleasePart[], parts: readonly ReleasePart[]): Promise<void> {
  for (;;) {
    const waits: number[] = [];
    await each(group, async (part) => {
      const wait = await part.advance();
      if (wait !== undefined) waits.push(wait);
    });
    if (waits.length === 0) return;
    await pause(Math.min(LOOK_SECONDS, ...waits));
    await each(parts, (part) => part.look());
  }
}

/** Makes a release live as a whole. As soon as anything is wrong, everything is put back as it was. */
export async function switchTogether(parts: readonly ReleasePart[]): Promise<void> {
  const groups = inOrder(parts);
  let hasBegun = false;
  try {
    await each(parts, (part, stop) => part.prepare(stop));
    await each(parts, (part) => part.look());
    hasBegun = true;
    for (const group of groups) await bring(group, parts);
  } catch (error) {
    // What a killed run has left goes back as a whole, or stays as it is as a whole.
    const goesBack = hasBegun || (await canAllGoBack(parts));
    throw new Error(await putBack(goesBack ? groups : [], error), { cause: error });
  }
}

async function canAllGoBack(parts: readonly ReleasePart[]): Promise<boolean> {
  const answers = await Promise.all(parts.map(async (part) => (await part.canUndo?.()) ?? true));
  return answers.every(Boolean);
}

/** The last ones first, and no weight waits for tasks. @returns what failed and what was put back, a line a part */
async function putBack(groups: readonly ReleasePart[][], error: unknown): Promise<string> {
  const undone = new Map<ReleasePart, string>();
  for (const isSlow of [false, true])
    for (const group of groups.toReversed())
      await Promise.all(
        group
          .filter(({ goesBackSlowly = false }) => goesBackSlowly === isSlow)
          .map(async (part) => {
            const what = await part.undo();
            if (what !== undefined) undone.set(part, what);
          }),
      );
  const reason = messageOf(error);
  const culprit = error instanceof PartFailure ? error.part : undefined;
  const others = [...undone].filter(([part]) => part !== culprit);
  if (!culprit)
    return others.length === 0
      ? `${reason} before anything was moved`
      : others.map(([part, what]) => part.describe(reason, what)).join("\n");
  return [
    culprit.describe(reason, undone.get(culprit)),
    ...others.map(([{ name }, what]) => `${name}: turned back with ${culprit.name}, ${what}`),
  ].join("\n");
}
