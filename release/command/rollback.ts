import { isDeepStrictEqual } from "node:util";
import type { LiveRelease } from "../outputs";
import { shortId } from "../release";
import { rollbackTarget } from "./decisions";
import { deliver, type DeliverOptions, stackFileOf } from "./deliver";
import { leftToUpdate, moveAtOnce, type Return, type Traffic } from "./move-at-once";
import { CommandFailure, UnknownStack } from "./failure";
import { gateAnswer } from "./gate-answer";
import type { Io } from "./io";
import type { Workplace } from "./workplace";

export interface RollbackOptions extends DeliverOptions {
  readonly stack: string;
}

/** Pins in a stack the release that it ran before. */
export async function rollback(place: Workplace, io: Io, options: RollbackOptions): Promise<void> {
  const { stack } = options;
  const reading = Promise.all([place.readStack(stack), stackFileOf(place, stack)]);
  // Loaded while Pulumi reads.
  if (options.up) place.mover();
  const [state, file] = await reading;
  if (!state) throw new UnknownStack(stack);
  const verdict = rollbackTarget(state, file.pinned?.id);
  if (!verdict.ok) throw new CommandFailure("refused", verdict.reason, verdict.action);
  const { release, why } = verdict;
  // What the stack exports names its own registry. Where its releases come from is in the pin alone, and
  // must stay there, for an image is fetched from there again should the stack's own registry lose it.
  const registry = file.pinned?.registry ?? release.registry;
  const allowed = options.up ? refusalOf(place, stack, release) : undefined;
  await deliver(
    place,
    io,
    {
      verb: "rollback",
      to: stack,
      target: state,
      release,
      pin: { ...release, registry },
      ...(why !== undefined && { why }),
      first: async (text) => {
        const refusal = await allowed;
        if (refusal !== undefined) return leftToUpdate(refusal);
        return first(place, io, { state, release, text }, options);
      },
    },
    options,
  );
}

/**
 * Why the stack's gate does not let the release come back at once: it lets go back, and not forward again. The update asks it too,
 * and says all that does not hold.
 */
async function refusalOf(
  place: Workplace,
  stack: string,
  { id }: LiveRelease,
): Promise<string | undefined> {
  try {
    const answer = await gateAnswer(place, stack, id);
    if (answer?.verdict.way !== "closed") return undefined;
    return `the gate of ${stack} does not let release ${shortId(id)} in`;
  } catch (error) {
    return `the gate of ${stack} could not be asked: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Moves the traffic, unless something was delivered while the question waited for its answer. */
async function first(
  place: Workplace,
  io: Io,
  way: Return,
  { stack, yes }: RollbackOptions,
): Promise<Traffic> {
  if (yes) return moveAtOnce(place, io, way);
  const state = await place.readStack(stack);
  const isSame = (key: "release" | "lastUpdate"): boolean =>
    isDeepStrictEqual(state?.[key], way.state[key]);
  if (state && isSame("release") && isSame("lastUpdate"))
    return moveAtOnce(place, io, { ...way, state });
  return leftToUpdate(`${stack} was updated while the question was open`);
}
