import { Load } from "../../demo/load";
import { Stacks } from "../../demo/stacks";
import {
  heal,
  type Killed,
  killDelivery,
  type Moment,
  problemsAfter,
  type Sight,
  undisturbedDelivery,
} from "./killed-delivery";
import { writeDelivery, writeVersion } from "./sample";

/** Health checks and drains at a tenth of their length. */
const timeScale = 0.1;

/** Short, so that a delivery takes seconds, and long enough to be killed in each part of it. */
const shortDelivery = {
  steps: [{ percent: 10, pauseSeconds: 2 }, { percent: 50, pauseSeconds: 2 }, { percent: 100 }],
  bakeSeconds: 2,
};

/** Moments all over a delivery: every other one by the clock, those between by the step that has just begun or ended. */
function momentAt(share: number, index: number, { seconds, steps }: Sight): Moment {
  return index % 2 === 0
    ? (seen) => seen.seconds >= share * seconds
    : (seen) => seen.steps.length >= Math.ceil(share * steps.length);
}

/**
 * Kills deliveries of the sample, each at another point, and lets one `up` follow each.
 *
 * @returns whether each of them converged, and no request failed from the first to the last
 */
export async function kills(options: {
  readonly points: number;
  readonly requestsPerSecond: number;
}): Promise<boolean> {
  const { points, requestsPerSecond } = options;
  const stacks = await Stacks.start({ name: "kills", stacks: ["stage"], timeScale });
  let load: Load | undefined;
  let version = 0;
  const deliver = (): Promise<Sight> => {
    writeVersion(stacks, ++version);
    return undisturbedDelivery(stacks);
  };
  try {
    writeDelivery(stacks, shortDelivery);
    await stacks.pulumi("stage", ["stack", "init"]);
    await deliver();
    const { port } = stacks.account("stage");
    const host = new URL((await stacks.outputs("stage")).url).host;
    load = new Load({ port, host, requestsPerSecond });
    await deliver();
    const undisturbed = await deliver();
    const { seconds: usual, steps } = undisturbed;
    console.log(`undisturbed: ${usual.toFixed(1)} s, ${steps.length} beginnings and ends of steps`);

    /** A delivery may be quicker than the one that was measured: then it is killed in the next one, earlier. */
    const killAtPoint = async (index: number): Promise<Killed> => {
      for (let share = (index + 0.5) / points; ; share *= 0.9) {
        writeVersion(stacks, ++version);
        const killed = await killDelivery(stacks, momentAt(share, index, undisturbed));
        if (killed.processes > 0) return killed;
        console.log(`  over before its moment, after ${killed.seconds.toFixed(1)} s: once more`);
      }
    };

    const began = performance.now();
    let converged = 0;
    const all: Killed[] = [];
    while (all.length < points) {
      const killed = await killAtPoint(all.length);
      all.push(killed);
      const { seconds, problems } = await heal(stacks, killed, version);
      if (problems.length === 0) converged++;
      const { served, failed } = load.counts;
      console.log(
        `${all.length}/${points} ${describe(killed)}; up ${seconds.toFixed(1)} s; ${served} served, ${failed} failed`,
      );
      for (const problem of problems) console.log(`  ${problem.replaceAll("\n", "\n  ")}`);
      if (problems.length > 0 && (await problemsAfterSecond(stacks, version)).length > 0) break;
    }
    const minutes = ((performance.now() - began) / 60_000).toFixed(1);
    const { served, failed, failures } = await load.stop();
    console.log(
      `${all.length} killed: ${summary(all)}; ${converged} converged by one up; ` +
        `${served} served, ${failed} failed; ${minutes} minutes`,
    );
    if (failed > 0) console.log(failures);
    return converged === points && failed === 0;
  } finally {
    load?.abandon();
    await stacks.stop();
  }
}

function describe({ seconds, processes, phase, underWay, weights, wasLocked }: Killed): string {
  const where = underWay.length === 0 ? phase : `in ${underWay.join(", ")}`;
  return (
    `at ${seconds.toFixed(1)} s, ${processes} processes: ${where}; ${weights}` +
    (wasLocked ? "; locked" : "")
  );
}

/** How many points lay in each part of a delivery, and how many with the traffic on its way. */
function summary(all: readonly Killed[]): string {
  const phases = ["before the first step", "between two steps", "in a step"] as const;
  const counts = phases.map(
    (phase) => `${all.filter((each) => each.phase === phase).length} ${phase}`,
  );
  const split = all.filter(({ weights }) => !/^(\w+ (100\/0|0\/100) ?)*$/.test(weights)).length;
  return `${counts.join(", ")}; ${split} with the traffic on both versions`;
}

/** After a point that one `up` did not heal: whether another does, so that the points after it tell something. */
async function problemsAfterSecond(stacks: Stacks, version: number): Promise<string[]> {
  const { code, output } = await stacks.pulumi("stage", ["up", "--yes", "--skip-preview"]);
  const problems = code === 0 ? await problemsAfter(stacks, version) : [output];
  console.log(`  a second up: ${problems.length === 0 ? "heals it" : problems.join("\n  ")}`);
  return problems;
}
