import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Stacks } from "../demo/stacks";
import { loadSample } from "./sample";
import { withPeakMemory } from "./memory";

/**
 * Figures, printed and not asserted: seconds of this machine, and ratios and counts that hold on any.
 * usage: npm run bench [-- toolchain | program | sample | services]
 */

interface Figure {
  readonly what: string;
  readonly found: string;
  readonly aim: string;
}

const figures: Figure[] = [];
const note = (what: string, found: string, aim = ""): void => {
  figures.push({ what, found, aim });
  console.log(`${what.padEnd(58)} ${found.padStart(14)}  ${aim}`);
};
const median = (values: number[]): number =>
  values.sort((a, b) => a - b)[values.length >> 1] ?? NaN;

function secondsOf(command: string, args: readonly string[]): number {
  const began = performance.now();
  const { status } = spawnSync(command, args, { cwd: join(__dirname, ".."), stdio: "ignore" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${String(status)}`);
  return (performance.now() - began) / 1000;
}

function toolchain(): void {
  const warm = [1, 2, 3, 4, 5].map(() => secondsOf("node", ["toolchain/with.mjs", "true"]));
  note("toolchain, warm", `${median(warm).toFixed(2)} s`, "< 1 s");
  note("unit tests", `${secondsOf("mocha", ["test/unit/**/*.test.ts"]).toFixed(1)} s`, "<= 15 s");
}

/** The program alone, with the engine's answers given at once. */
function program(): void {
  const args = ["-r", "ts-node/register", "bench/program.ts"];
  const { stdout } = spawnSync("node", args, { cwd: join(__dirname, ".."), encoding: "utf8" });
  const { load, run } = JSON.parse(stdout) as { load: number; run: number };
  note("program: from its first line to its last registration", `${run.toFixed(2)} s`, "<= 1 s");
  note("program: loading it and what it imports", `${load.toFixed(2)} s`);
}

async function sample(): Promise<void> {
  const stacks = await Stacks.start({ name: "bench", stacks: ["stage"] });
  try {
    await stacks.pulumi("stage", ["stack", "init"]);
    const first = await stacks.pulumi("stage", ["up", "--yes", "--skip-preview"]);
    if (first.code !== 0) throw new Error(first.output);
    note(
      "first update of a stack, the load balancer's 60 s included",
      `${first.seconds.toFixed(0)} s`,
    );
    const previews: number[] = [];
    const updates: number[] = [];
    for (let round = 0; round < 3; round++) {
      previews.push((await stacks.pulumi("stage", ["preview"])).seconds);
      updates.push((await stacks.pulumi("stage", ["up", "--yes", "--skip-preview"])).seconds);
    }
    note("no-op preview of the sample", `${median(previews).toFixed(1)} s`, "<= 5 s");
    note("no-op update of the sample", `${median(updates).toFixed(1)} s`, "<= 5 s");
    note("no-op update : no-op preview", (median(updates) / median(previews)).toFixed(2));
    const { peakMiB } = await withPeakMemory(() => stacks.pulumi("stage", ["preview"]));
    note("memory of the program", `${peakMiB} MiB`, "<= 400 MiB");
  } finally {
    await stacks.stop();
  }
}

/** What 2, 10 and 50 services cost in a preview of a stack that is not there yet. */
async function services(): Promise<void> {
  const stacks = await Stacks.start({ name: "bench-services", stacks: ["stage"] });
  try {
    await stacks.pulumi("stage", ["stack", "init"]);
    let two: { resources: number; seconds: number } | undefined;
    for (const count of [2, 10, 50]) {
      loadSample(stacks.workspace.project, count);
      const { result, peakMiB } = await withPeakMemory(() => stacks.pulumi("stage", ["preview"]));
      if (result.code !== 0) throw new Error(result.output);
      const resources = Number(/\+ (\d+) to create/.exec(result.output)?.[1]);
      two ??= { resources, seconds: result.seconds };
      const each = count === 2 ? "" : ((resources - two.resources) / (count - 2)).toFixed(1);
      note(
        `${count} services: resources, preview, memory of the program`,
        `${resources}, ${result.seconds.toFixed(1)} s, ${peakMiB} MiB`,
        each &&
          `${each} resources and ${((result.seconds - two.seconds) / (count - 2)).toFixed(2)} s a service more`,
      );
    }
  } finally {
    await stacks.stop();
  }
}

async function main(): Promise<void> {
  const parts: Record<string, () => void | Promise<void>> = {
    toolchain,
    program,
    sample,
    services,
  };
  const wanted = process.argv.slice(2);
  for (const [name, part] of Object.entries(parts))
    if (wanted.length === 0 || wanted.includes(name)) await part();
}

void main();
