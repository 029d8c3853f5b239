import { Copier } from "./copy/copier";
import { measuredCopy } from "./copy/copy-memory";
import { CopyWorld } from "./copy/copy-world";
import { killedCopy, undisturbed } from "./copy/killed-copies";
import { randomFrom } from "./copy/random";
import { faultsOf, refusedCopy } from "./copy/refused-copies";

/** MiB that the memory of a copy may differ by, whatever is copied: what is not collected yet. */
export const SLACK_MIB = 64;

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

/** An image with each of these sizes in MiB, one after the other. @returns whether memory is the same for all */
async function memory(sizes: readonly number[]): Promise<boolean> {
  const copier = new Copier();
  const peaks: number[] = [];
  try {
    for (const size of sizes) {
      const { isCopied, peakMiB, seconds, output } = await measuredCopy(copier, size);
      console.log(`${size} MiB: ${peakMiB.toFixed(0)} MiB at most, ${seconds.toFixed(1)} s`);
      if (!isCopied) throw new Error(output);
      peaks.push(peakMiB);
    }
  } finally {
    copier.remove();
  }
  return Math.max(...peaks) - Math.min(...peaks) <= SLACK_MIB;
}

async function kills(world: CopyWorld, times: number): Promise<boolean> {
  const seed = Date.now() % 2 ** 31;
  const upTo = randomFrom(seed);
  const { moments, bytes } = await undisturbed(world);
  console.log(
    `${times} kills at any of ${moments} moments, seed ${seed}; an undisturbed copy sends ${mebibytes(bytes)} MiB`,
  );
  // Each on its own, and then as many again of one copy.
  const chain = Array.from({ length: times }, () => upTo(moments >> 2));
  let [held, killed, most] = [0, 0, 0];
  for (const plan of [...Array.from({ length: times }, () => [upTo(moments)]), chain]) {
    const copy = await killedCopy(world, plan);
    killed += copy.moments.length;
    if (copy.problems.length === 0) held++;
    if (plan !== chain) most = Math.max(most, copy.bytes - bytes);
    console.log(
      `killed at ${copy.moments.join(", ")}: ${mebibytes(copy.bytes)} MiB sent; ` +
        (copy.problems.length === 0 ? "the same bytes" : copy.problems.join("\n")),
    );
  }
  console.log(
    `${killed} kills, ${held} of ${times + 1} copies whole; at most ${mebibytes(most)} MiB sent again after one kill`,
  );
  return held === times + 1;
}

/**
 * Copies of an image between two emulated accounts: killed, of registries that change what they give, and of 2 GiB.
 *
 * @returns whether each was whole or refused, and memory was the same for 64 MiB and 2 GiB
 */
export async function copies(options: { readonly times: number }): Promise<boolean> {
  const world = await CopyWorld.start(33);
  try {
    let areRefused = true;
    for (const fault of faultsOf(world.image)) {
      const problems = await refusedCopy(world, fault);
      areRefused &&= problems.length === 0;
      console.log(problems.length === 0 ? `${fault.name}: refused` : problems.join("\n"));
    }
    const areWhole = await kills(world, options.times);
    return (await memory([64, 2048])) && areWhole && areRefused;
  } finally {
    await world.close();
  }
}
