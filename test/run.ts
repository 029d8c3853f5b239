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

/** Runs a command, and passes its output on in one piece. @returns exit code and what it wrote */
function run(
  command: string,
  args: readonly string[],
  title: string,
): Promise<{ code: number; output: string }> {
  const child = spawn(command, args, { cwd: project, stdio: ["ignore", "pipe", "pipe"] });
  let output = styleText("bold", `\n${title}\n`, { stream: process.stdout });
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      process.stdout.write(output);
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
): Promise<Counts> {
  const { code, output } = await run("mocha", [...options, ...files], title);
  const count = (word: string): number =>
    Number(new RegExp(`^\\s*(\\d+) ${word}`, "m").exec(output)?.[1] ?? 0);
  const counts = { passed: count("passing"), failed: count("failing"), skipped: count("pending") };
  // A run that ended without counting, or counted no failure and failed, is a failure.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  if (counts.passed + counts.failed + counts.skipped === 0) counts.failed = 1;
  return counts;
}

/** What measures the emulator or the machine itself: one after the other, and no story beside it. */
const ALONE = /(?:emulator\b.*|toolchain)\.test\.ts$/;
/** A third of a story is waiting, most of it for load balancers. A third one beside them makes two cores late for health checks. */
const AT_ONCE = 2;
/** Begun first, in this order, so that no long one is left over at the end. */
const LONGEST = ["readme", "road", "readme-first-look", "faults", "turned-back", "plan"].map(
  (name) => join("test/e2e", `${name}.test.ts`),
);

async function endToEnd(): Promise<Counts> {
  const files = filesIn("test/e2e");
  if (missing !== "") return skip("end to end", files);
  const total = none();
  for (const file of files.filter((name) => ALONE.test(name)))
    add(total, await mocha(`end to end: ${file}`, [file]));
  const stories = [...new Set([...LONGEST, ...files.filter((name) => !ALONE.test(name))])];
  // One story a process: what one leaves or breaks is not the next one's trouble.
  const tell = async (): Promise<void> => {
    for (let file = stories.shift(); file !== undefined; file = stories.shift())
      add(total, await mocha(`end to end: ${file}`, [file]));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, tell));
  return total;
}

const none = (): Counts => ({ passed: 0, failed: 0, skipped: 0 });

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
  const total = none();
  const inTurn = async (suites: Record<string, () => Promise<Counts>>): Promise<void> => {
    for (const [name, suite] of Object.entries(suites))
      if (wanted.length === 0 || wanted.includes(name)) add(total, await suite());
  };
  const checks = {
    format: () => check("format", "prettier", ["--check", "--log-level", "warn", "."]),
    lint: () => check("lint", "eslint", [".", "--max-warnings", "0"]),
    types: () => check("types", "tsc", ["-p", "."]),
    unit: () => mocha("unit", filesIn("test/unit")),
  };
  // Beside the tests of the emulator, which wait more than they compute; they are done when the stories begin.
  await Promise.all([inTurn(checks), inTurn({ "end to end": endToEnd })]);
  const minutes = ((performance.now() - began) / 60_000).toFixed(1);
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  console.log(`\nin ${minutes} minutes`);
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
  return total.failed === 0 ? 0 : 1;
}

void main().then((code) => {
  process.exitCode = code;
});
