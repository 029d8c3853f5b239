import { Load } from "../../demo/load";
import { Stacks } from "../../demo/stacks";
import { problemsAfter } from "./killed-delivery";
import { writeVersion } from "./sample";

/**
 * Delivers version after version of both services to one stack while requests run.
 *
 * @returns whether every version came to be live, and every request was served, at 300 a second or more
 */
export async function deliveries(options: {
  readonly versions: number;
  readonly requestsPerSecond: number;
  /** The load goes on until so many have ended. */
  readonly leastRequests: number;
}): Promise<boolean> {
  const stacks = await Stacks.start({ name: "soak", stacks: ["stage"] });
  let load: Load | undefined;
  const up = async (): Promise<number> => {
    const { code, output, seconds } = await stacks.pulumi("stage", [
      "up",
      "--yes",
      "--skip-preview",
    ]);
    if (code !== 0) throw new Error(output);
    return seconds;
  };
  try {
    await stacks.pulumi("stage", ["stack", "init"]);
    await up();
    const { url } = await stacks.outputs("stage");
    const { port } = stacks.account("stage");
    const { requestsPerSecond } = options;
    load = new Load({ port, host: new URL(url).host, requestsPerSecond });
    for (let version = 2; version <= options.versions + 1; version++) {
      writeVersion(stacks, version);
      const seconds = await up();
      const problems = await problemsAfter(stacks, version);
      const { served, failed } = load.counts;
      console.log(
        `version ${version}: ${seconds.toFixed(1)} s; ${served} served, ${failed} failed so far`,
      );
      if (problems.length > 0) throw new Error(problems.join("\n"));
    }
    await load.reach(options.leastRequests);
    const { rate } = load;
    const { served, failed, failures, byRelease } = await load.stop();
    console.log(
      `${served} served, ${failed} failed, ${Math.round(rate)} a second, by ${Object.keys(byRelease).length} releases`,
    );
    if (failed > 0) console.log(failures);
    return failed === 0 && rate >= 300;
  } finally {
    load?.abandon();
    await stacks.stop();
  }
}
