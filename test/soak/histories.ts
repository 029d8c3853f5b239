import fc from "fast-check";
import { anyHistory } from "../model/commands";

/** Arbitrary histories of a stack, against the real effects. @returns whether all of them held */
export async function histories(options: { readonly runs: number }): Promise<boolean> {
  const seed = Date.now() % 2 ** 31;
  console.log(`${options.runs} histories, seed ${seed}`);
  const details = await fc.check(anyHistory, { numRuns: options.runs, seed });
  console.log(
    details.failed ? fc.defaultReportMessage(details) : `${details.numRuns} histories held`,
  );
  return !details.failed;
}
