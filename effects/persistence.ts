import { messageOf } from "./clients";
import { pause } from "./interruption";

/** What may pass by itself: a connection that dropped, a registry that is busy for the moment. */
export class PassingError extends Error {}

/** Seconds before each further attempt: five attempts in seven and a half seconds. */
export const PAUSES: readonly number[] = [0.5, 1, 2, 4];

/**
 * Does again what failed by something that may pass, for as long as there are pauses.
 *
 * @param attempt is told how many attempts have failed
 * @throws what failed last, which is then final; as soon as the update is interrupted
 */
export async function persistently<T>(
  attempt: (failed: number) => Promise<T>,
  pauses: readonly number[] = PAUSES,
): Promise<T> {
  for (let failed = 0; ; failed++) {
    try {
      return await attempt(failed);
    } catch (error) {
      if (!(error instanceof PassingError)) throw error;
      const seconds = pauses[failed];
      if (seconds === undefined)
        throw new Error(`${messageOf(error)}, ${failed + 1} times in a row`, { cause: error });
      await pause(seconds);
    }
  }
}
