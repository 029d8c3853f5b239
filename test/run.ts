import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { styleText } from "node:util";

/** `npm test`: format, lint, types, unit, end to end. The last line is `N passed, N failed`. */

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const project = join(__dirname, "..");
const missing = process.env["SWITCHYARD_MISSING"] ?? "";

function filesIn(folder: string): string[] {
  return readdirSync(join(project, folder), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => join(folder, name))
    .sort();
}

/** Runs a command with its output passed on, or kept to the end. @returns exit code and what it wrote */
function run(
  command: string,
  args: readonly string[],
  title: string,
  whole = false,
): Promise<{ code: number; output: string }> {
  const heading = styleText("bold", `\n${title}\n`, { stream: process.stdout });
  const child = spawn(command, args, { cwd: project, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  if (!whole) process.stdout.write(heading);
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (!whole) process.stdout.write(chunk);
    });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (whole) process.stdout.write(heading + output);
      resolve({ code: code ?? 1, output });
    });
  });
}

async function check(title: string, command: string, args: readonly string[]): Promise<Counts> {
  const { code } = await run(command, args, title);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

async function mocha(
  title: string,
  files: readonly string[],
  options: readonly string[] = [],
  whole = false,
): Promise<Counts> {
  const { code, output } = await run("mocha", [...options, ...files], title, whole);
  const count = (word: string): number =>
    Number(new RegExp(`^\\s*(\\d+) ${word}`, "m").exec(output)?.[1] ?? 0);
  const counts = { passed: count("passing"), failed: count("failing"), skipped: count("pending") };
  // A run that ended without counting, or counted no failure and failed, is a failure.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  if (counts.passed + counts.failed + counts.skipped === 0) counts.failed = 1;
  return counts;
}

/** What measures the emulator or the machine itself, and so is run alone. */
const ALONE = /(?:emulator\b.*|toolchain)\.test\.ts$/;
/** Half of a story is waiting for load balancers and health checks. */
const AT_ONCE = 2;
/** Much longer than the others, and so begun first. */
const LONG = /(?:readme.*|road)\.test\.ts$/;

/** One story a process: what one leaves or breaks is not the next one's trouble. */
async function stories(): Promise<Counts> {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const files = filesIn("test/e2e");
  for (const file of files.filter((name) => ALONE.test(name)))
    add(total, await mocha(`end to end: ${file}`, [file]));
  const others = files.filter((name) => !ALONE.test(name));
  const left = [
    ...others.filter((name) => LONG.test(name)),
    ...others.filter((name) => !LONG.test(name)),
  ];
  const tell = async (): Promise<void> => {
    for (let file = left.shift(); file !== undefined; file = left.shift())
      add(total, await mocha(`end to end: ${file}`, [file], [], true));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, tell));
  return total;
}

function add(total: Counts, counts: Counts): void {
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}

/** Counts the tests of a suite that can't be run here, and says why. */
async function skip(title: string, files: readonly string[]): Promise<Counts> {
  const { passed } = await mocha(`${title}: skipped, counted only`, files, [
    "--dry-run",
    "--reporter",
    "dot",
  ]);
  console.log(`skipped, for want of:\n${missing.replace(/^/gm, "  ")}`);
  return { passed: 0, failed: 0, skipped: passed };
}

async function main(): Promise<number> {
  const began = performance.now();
  const wanted = process.argv.slice(2);
  const suites: Record<string, () => Promise<Counts>> = {
    format: () => check("format", "prettier", ["--check", "--log-level", "warn", "."]),
    lint: () => check("lint", "eslint", [".", "--max-warnings", "0"]),
    types: () => check("types", "tsc", ["-p", "."]),
    unit: () => mocha("unit", filesIn("test/unit")),
    "end to end": () => (missing === "" ? stories() : skip("end to end", filesIn("test/e2e"))),
  };
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, suite] of Object.entries(suites)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    add(total, await suite());
  }
  const minutes = ((performance.now() - began) / 60_000).toFixed(1);
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  console.log(`\nin ${minutes} minutes`);
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
  return total.failed === 0 ? 0 : 1;
}

void main().then((code) => {
  process.exitCode = code;
});
