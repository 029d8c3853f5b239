import { type Child, script } from "./child";

/** Points of making a part at which it can be killed. */
export const points = [
  "empty folder",
  "first file",
  "command running",
  "all files",
  "in place",
] as const;
export type Point = (typeof points)[number];

export interface FakePart {
  readonly cache: string;
  /** File that gets a line for each making. */
  readonly count?: string;
  /** Where it halts for good. @default nowhere */
  readonly halt?: Point;
  /** Statements at the end of the making. */
  readonly body?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** A process that wants a part of two files, of which a command makes the second. */
export function wantPart({ cache, count = "/dev/null", halt, body = "", env }: FakePart): Child {
  const source = `
    import { appendFileSync, existsSync, writeFileSync } from "node:fs";
    import { ensurePart } from "TOOLCHAIN/part.mjs";
    import { createProgress } from "TOOLCHAIN/progress.mjs";
    import { runCommand } from "TOOLCHAIN/run-command.mjs";
    import { explain, ToolchainError } from "TOOLCHAIN/toolchain-error.mjs";
    const at = async (point) => {
      if (point !== ${JSON.stringify(halt ?? "")}) return;
      console.log("at " + point);
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    };
    const part = {
      name: "fake", key: "0123456789ab", how: "a part for a test", proof: "second",
      async make(dir, log) {
        appendFileSync(${JSON.stringify(count)}, "made\\n");
        await at("empty folder");
        writeFileSync(dir + "/first", "1");
        await at("first file");
        const halting = ${JSON.stringify(halt === "command running")};
        const wait = halting ? "touch running; sleep 60;" : "sleep 0.1;";
        const told = setInterval(() => existsSync(dir + "/running") && console.log("at command running"), 10);
        await runCommand("sh", ["-c", wait + "printf 2 > second"], { log, cwd: dir });
        clearInterval(told);
        await at("all files");
        ${body}
      },
    };
    try {
      console.log("place " + (await ensurePart(part, createProgress(1))));
      await at("in place");
    } catch (error) {
      const told = explain(error);
      if (!(told instanceof ToolchainError)) throw error;
      console.log("told: " + told.message);
      process.exitCode = 1;
    }`;
  return script(source, { SWITCHYARD_CACHE: cache, ...env });
}
