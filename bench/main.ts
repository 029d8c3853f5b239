import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Stacks } from "../demo/stacks";
import { calls } from "./calls";
import { delivery } from "./delivery";
import { median, note } from "./figures";
import { ledger } from "./ledger";
import { counted, described, requestsOf } from "./request-log";
import { loadSample } from "./sample";
import { withPeakMemory } from "./memory";

/**
 * Figures, printed and not asserted: seconds of this machine, and ratios and counts that hold on any.
 * usage: npm run bench [-- toolchain | program | sample | services | calls | delivery | rollback | ledger]
 */

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
  const args = ["-r", "./toolchain/typescript.cjs", "bench/program.ts"];
  const { stdout } = spawnSync("node", args, { cwd: join(__dirname, ".."), encoding: "utf8" });
  const { load, run } = JSON.parse(stdout) as { load: number; run: number };
  note("program: from its first line to its last registration", `${run.toFixed(2)} s`, "<= 1 s");
  note("program: loading it and what it imports", `${load.toFixed(2)} s`);
}

async function sample(): Promise<void> {
  const stacks = await Stacks.start({ name: "bench", stacks: ["stage"], logRequests: true });
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
    const asked = requestsOf(stacks.account("stage"));
    const { peakMiB } = await withPeakMemory(() => stacks.pulumi("stage", ["preview"]));
    note("memory of the program", `${peakMiB} MiB`, "<= 400 MiB");
    const calls = requestsOf(stacks.account("stage")).slice(asked.length);
    note("AWS calls of a no-op preview", String(calls.length));
    console.log(`    ${described(counted(calls.map(({ operation }) => operation)))}`);
  } finally {
    await stacks.stop();
  }
}

/** What 1 to 50 services cost in a preview of a stack that is not there yet, and each one more of them. */
async function services(): Promise<void> {
  const stacks = await Stacks.start({
    name: "bench-services",
    stacks: ["stage"],
    logRequests: true,
  });
  try {
    await stacks.pulumi("stage", ["stack", "init"]);
    const original = readFileSync(join(stacks.workspace.project, "Pulumi.yaml"), "utf8");
    let before: { count: number; resources: number; seconds: number; peakMiB: number } | undefined;
    for (const count of [1, 2, 10, 50]) {
      loadSample(stacks.workspace.project, original, count);
      const asked = requestsOf(stacks.account("stage")).length;
      const { result, peakMiB } = await withPeakMemory(() => stacks.pulumi("stage", ["preview"]));
      if (result.code !== 0) throw new Error(result.output);
      const calls = requestsOf(stacks.account("stage")).length - asked;
      const { seconds } = result;
      const resources = Number(/\+ (\d+) to create/.exec(result.output)?.[1]);
      note(
        `${count} services: resources, preview, memory, calls`,
        `${resources}, ${seconds.toFixed(1)} s, ${peakMiB} MiB, ${calls}`,
      );
      if (before) {
        const more = count - before.count;
        const each = (now: number, then: number): string => ((now - then) / more).toFixed(2);
        console.log(
          `    a service more: ${each(resources, before.resources)} resources, ` +
            `${each(seconds, before.seconds)} s, ${each(peakMiB, before.peakMiB)} MiB`,
        );
      }
      before = { count, resources, seconds, peakMiB };
    }
  } finally {
    await stacks.stop();
  }
}

/** Back and forth between two warm slots: from the command to the weights as they are to be. */
async function rollback(): Promise<void> {
  const stacks = await Stacks.start({ name: "bench-rollback", stacks: ["stage"] });
  try {
    await stacks.pulumi("stage", ["stack", "init"]);
    const page = join(stacks.workspace.project, "app", "web", "page.ts");
    const up = ["up", "--yes", "--skip-preview"];
    for (const text of ["version 1", "version 2"]) {
      writeFileSync(page, readFileSync(page, "utf8").replace("version 1", text));
      const { code, output } = await stacks.pulumi("stage", up);
      if (code !== 0) throw new Error(output);
    }
    const args = ["run", "release", "--", "rollback", "--stack", "stage", "--up", "--yes"];
    const rounds: Record<"moved" | "own" | "write" | "whole", number>[] = [];
    for (let round = 0; round < 5; round++) {
      const began = performance.now();
      let moved = NaN;
      const { code, output, seconds } = await stacks.run("stage", "npm", args, {
        onLine: (line) => {
          if (line.startsWith("traffic moved")) moved = (performance.now() - began) / 1000;
        },
      });
      const found = /read back in ([\d.]+) s, ([\d.]+) s after/.exec(output);
      if (code !== 0 || !found) throw new Error(output);
      rounds.push({ moved, own: Number(found[2]), write: Number(found[1]), whole: seconds });
    }
    const of = (key: keyof (typeof rounds)[0]): number => median(rounds.map((round) => round[key]));
    note(
      "rollback: from `npm run release` to the weights",
      `${of("moved").toFixed(2)} s`,
      "<= 1.5 s",
    );
    note("rollback: of that, the command's own process", `${of("own").toFixed(2)} s`);
    note("rollback: of that, write and read back", `${of("write").toFixed(2)} s`);
    note("rollback: whole update : weights", (of("whole") / of("moved")).toFixed(0));
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
    calls,
    delivery,
    rollback,
    ledger,
  };
  const wanted = process.argv.slice(2);
  for (const [name, part] of Object.entries(parts))
    if (wanted.length === 0 || wanted.includes(name)) await part();
}

void main();
