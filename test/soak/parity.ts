import fc from "fast-check";
import { parityPairs } from "../model/parity-pairs";
import { Project } from "../unit/program/run-stack";

/** Arbitrary pairs of stacks that are in parity by what is declared. @returns whether no false alarm was given */
export async function parity(options: { readonly pairs: number }): Promise<boolean> {
  const seed = Date.now() % 2 ** 31;
  console.log(`${options.pairs} pairs of stacks, seed ${seed}`);
  const project = new Project();
  try {
    const details = await fc.check(parityPairs(project), { numRuns: options.pairs, seed });
    console.log(
      details.failed
        ? fc.defaultReportMessage(details)
        : `${details.numRuns} pairs compared, no false alarm`,
    );
    return !details.failed;
  } finally {
    project.remove();
  }
}
