import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { styleText } from "node:util";

/** `npm test`: format, lint, types, unit, end to end. The last line is `N passed, N failed`. */

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  /** What failed, and why, in few lines: a log may be long, or cut off. */
  reasons: string[];
}

const project = join(__dirname, "..");
/** The tests' workspaces come and go: what Node.js compiles for them goes with this run. */
const compiled = mkdtempSync(join(tmpdir(), "switchyard-compiled-"));
process.env["NODE_COMPILE_CACHE"] = compiled;
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
  const { code, output } = await run(command, args, title);
  if (code === 0) return { ...none(), passed: 1 };
  return { ...none(), failed: 1, reasons: [firstLines(output.trim())] };
}

async function mocha(
  title: string,
  files: readonly string[],
  options: readonly string[] = [],
): Promise<Counts> {
  const { code, output } = await run("mocha", [...options, ...files], title);
  const count = (word: string): number =>
    Number(new RegExp(`^\\s*(\\d+) ${word}`, "m").exec(output)?.[1] ?? 0);
  const counts = {
    passed: count("passing"),
    failed: count("failing"),
    skipped: count("pending"),
    reasons: failuresIn(output).map((failure) => `${title}\n${firstLines(failure)}`),
  };
  // A run that ended without counting, or counted no failure and failed, is a failure.
  const uncounted = code !== 0 && counts.failed === 0;
  if (uncounted || counts.passed + counts.failed + counts.skipped === 0) {
    counts.failed = 1;
    counts.reasons.push(`${title}\nended with exit code ${code}, and counted no failure`);
  }
  return counts;
}

/** @returns each failure that mocha tells after its counts: what failed, and why */
function failuresIn(output: string): string[] {
  const told = /^ {2}\d+ failing$([\s\S]*)/m.exec(output)?.[1] ?? "";
  return told
    .split(/^ {2}\d+\) /m)
    .slice(1)
    .map((failure) => failure.trimEnd());
}

const firstLines = (text: string): string =>
  text
    .split("\n")
    .slice(0, 25)
    .map((line) => `  ${line.slice(0, 300)}`)
    .join("\n");

/** What measures the emulator or the machine itself: one after the other, and no story beside it. */
const ALONE = /(?:emulator\b.*|toolchain)\.test\.ts$/;
/** A third of a story is waiting, most of it for load balancers. A third one beside them makes two cores late for health checks. */
const AT_ONCE = 2;
/** Begun first, in this order, so that no long one is left over at the end. */
const LONGEST = ["readme", "road", "gate", "readme-first-look", "roles", "rehearsal", "plan"].map(
  (name) => join("test/e2e", `${name}.test.ts`),
);

async function endToEnd(): Promise<Counts> {
  const files = filesIn("test/e2e");
  if (missing !== "") return skip("end to end", files);
  const total = none();
  let begun = 0;
  const story = async (file: string): Promise<void> => {
    begun++;
    add(total, await mocha(`end to end, ${begun} of ${files.length}: ${file}`, [file]));
  };
  for (const file of files.filter((name) => ALONE.test(name))) await story(file);
  const stories = [...new Set([...LONGEST, ...files.filter((name) => !ALONE.test(name))])];
  // One story a process: what one leaves or breaks is not the next one's trouble.
  const tell = async (): Promise<void> => {
    for (let file = stories.shift(); file !== undefined; file = stories.shift()) await story(file);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, tell));
  return total;
}

const none = (): Counts => ({ passed: 0, failed: 0, skipped: 0, reasons: [] });

function add(total: Counts, counts: Counts): void {
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
  total.reasons.push(...counts.reasons);
}

/** Counts the tests of a suite that can't be run here, and says why. */
async function skip(title: string, files: readonly string[]): Promise<Counts> {
  const { passed } = await mocha(`${title}: skipped, counted only`, files, [
    "--dry-run",
    "--reporter",
    "dot",
  ]);
  console.log(`skipped, for want of:\n${missing.replace(/^/gm, "  ")}`);
  return { ...none(), skipped: passed };
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
  if (total.reasons.length > 0) console.log(`\nfailed:\n\n${total.reasons.join("\n\n")}`);
  console.log(`\nin ${minutes} minutes`);
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
  return total.failed === 0 ? 0 : 1;
}

void main()
  .then((code) => {
    process.exitCode = code;
  })
  .finally(() => {
    rmSync(compiled, { recursive: true, force: true });
  });
