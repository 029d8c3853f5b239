import { CommandFailure } from "./failure";
import type { Io } from "./io";

/** What a verb asks before it changes a stack. */
export interface Question {
  /** What asks: a verb or an option. */
  readonly asks: string;
  readonly question: string;
  /** What to do where nobody can be asked. */
  readonly unasked: string;
  /** What did not happen, and what to do then, where the answer is no. */
  readonly declined: { readonly message: string; readonly action: string };
}

/**
 * Goes on where the call said `--yes`, or a person says so now.
 *
 * @throws CommandFailure where the answer is no, and where there is no person to ask
 */
export async function assertConfirmed(
  io: Pick<Io, "interactive" | "confirm">,
  yes: boolean,
  { asks, question, unasked, declined }: Question,
): Promise<void> {
  if (yes) return;
  if (!io.interactive) {
    const message = `${asks} asks first, and there is no terminal to ask`;
    throw new CommandFailure("mistake", message, unasked);
  }
  if (await io.confirm(question)) return;
  throw new CommandFailure("refused", declined.message, declined.action);
}
