import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Load } from "../../demo/load";
import { Stacks } from "../../demo/stacks";

/** Delivers version after version to one stack while requests run. @returns whether every request was served */
export async function deliveries(options: {
  readonly versions: number;
  readonly requestsPerSecond: number;
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
    load = new Load({
      port,
      host: new URL(url).host,
      requestsPerSecond: options.requestsPerSecond,
    });
    const page = join(stacks.workspace.project, "app", "web", "page.ts");
    for (let version = 2; version <= options.versions + 1; version++) {
      writeFileSync(page, readFileSync(page, "utf8").replace(/version \d+/, `version ${version}`));
      const seconds = await up();
      const { served, failed } = load.counts;
      console.log(
        `version ${version}: ${seconds.toFixed(1)} s; ${served} served, ${failed} failed so far`,
      );
    }
    const { served, failed, failures, byRelease } = await load.stop();
    console.log(`${served} served, ${failed} failed, by ${Object.keys(byRelease).length} releases`);
    if (failed > 0) console.log(failures);
    return failed === 0;
  } finally {
    load?.abandon();
    await stacks.stop();
  }
}
