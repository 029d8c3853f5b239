import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Stacks } from "../demo/stacks";
import { edit } from "../test/e2e/story";
import { sampleServices, writeVersion } from "../test/soak/sample";
import { TaskClock } from "./delivery-times";
import { note } from "./figures";
import { type Interval, merged, secondsIn, shares, without } from "./intervals";
import { byEffects, counted, described, type Request, requestsOf, within } from "./request-log";
import { BAKE_SECONDS, type Shape, shapeSample, STEPS } from "./sample";
import { UpdateSteps } from "./update-steps";

const up = ["up", "--yes", "--skip-preview", "--suppress-outputs"];

/** Asked again and again, as long as it is watched. */
const POLLING = ["DescribeTargetHealth", "DescribeAlarms"];

/** Calls and seconds of deliveries to one stack, of one service and of two, with and without their tests and scaling. */
export async function delivery(): Promise<void> {
  const stacks = await Stacks.start({
    name: "bench-delivery",
    stacks: ["stage"],
    logRequests: true,
  });
  try {
    const original = readFileSync(join(stacks.workspace.project, "Pulumi.yaml"), "utf8");
    await stacks.pulumi("stage", ["stack", "init"]);
    let version = 1;
    await succeed(stacks);
    const idle = await succeed(stacks);
    for (const shape of [
      { tests: false, scaling: false },
      { tests: true, scaling: false },
      { tests: true, scaling: true },
    ]) {
      shapeSample(stacks.workspace.project, original, shape);
      await succeed(stacks);
      writeVersion(stacks, ++version);
      await measured(stacks, shape, sampleServices.length, idle);
      // The place of the version in the page, which the other service does not have.
      edit(stacks, "web/page.ts", /version \d+/, `version ${version}`);
      await measured(stacks, shape, 1, idle);
    }
  } finally {
    await stacks.stop();
  }
}

/** @returns seconds that it took */
async function succeed(stacks: Stacks, onLine?: (line: string) => void): Promise<number> {
  const { code, output, seconds } = await stacks.pulumi("stage", up, { ...(onLine && { onLine }) });
  if (code !== 0) throw new Error(output);
  return seconds;
}

/** @param idle seconds of an update of the same stack that changes nothing: Pulumi and the program alone */
async function measured(
  stacks: Stacks,
  shape: Shape,
  services: number,
  idle: number,
): Promise<void> {
  const account = stacks.account("stage");
  const clock = new TaskClock(account);
  const steps = new UpdateSteps();
  const from = Date.now() / 1000;
  await succeed(stacks, (line) => {
    steps.take(line);
  });
  const whole = { from, to: Date.now() / 1000 };
  const tasks = await clock.stop(from);
  const [shift] = steps.of("TrafficShift");
  if (!shift) throw new Error("the delivery has shifted no traffic");
  const calls = byEffects(within(requestsOf(account), shift));
  const name = `${services} ${services === 1 ? "service" : "services"}, ${shapeText(shape)}`;
  noteCalls(name, calls, services, shape);
  noteTimes(
    name,
    { whole, steps, idle },
    {
      "service tasks until they are healthy": tasks.started,
      "ECS until the slot's old tasks are gone": tasks.replaced,
      "test tasks": tasks.tests,
      "configured pauses": pauses(calls, services),
    },
  );
}

const shapeText = ({ tests, scaling }: Shape): string =>
  `${tests ? "with" : "without"} tests, ${scaling ? "with" : "without"} scaling`;

function noteCalls(
  name: string,
  calls: readonly Request[],
  services: number,
  { tests, scaling }: Shape,
): void {
  const counts = counted(calls.map(({ operation }) => operation));
  // One for each service proves what runs in the end; all others ask whether its test is over.
  const { DescribeTasks = 0 } = counts;
  const asked = Math.max(0, DescribeTasks - services);
  const polls = POLLING.reduce((sum, each) => sum + (counts[each] ?? 0), asked);
  const aim = `${3 + 2 * STEPS.length}${tests ? " + 3" : ""}${scaling ? " + 2" : ""}`;
  note(
    `shift of ${name}: calls`,
    `${calls.length - polls} + ${polls}`,
    `<= (${aim}) x ${services} + ${scaling ? 3 : 0}, + polling`,
  );
  console.log(`    ${described(counts)}`);
}

/** From each write of weights to the end of what the settings have it watched for. */
function pauses(calls: readonly Request[], services: number): Interval[] {
  const stages = [...STEPS.slice(0, -1).map(({ pauseSeconds = 0 }) => pauseSeconds), BAKE_SECONDS];
  const writes = calls.filter(({ operation }) => operation === "ModifyRule");
  if (writes.length !== services * stages.length)
    throw new Error(`${writes.length} writes of weights in ${stages.length} steps`);
  return writes.map(({ at }, index) => {
    const seconds = stages[Math.floor(index / services)] ?? 0;
    return { from: at, to: at + seconds };
  });
}

interface Measured {
  readonly whole: Interval;
  readonly steps: UpdateSteps;
  /** Seconds of an update that changes nothing. */
  readonly idle: number;
}

/**
 * What is left of a delivery's steps once all is subtracted that the program can't make shorter. The time between
 * steps, in which Pulumi starts, compares and ends, is that of an update that changes nothing.
 */
function noteTimes(
  name: string,
  { whole, steps, idle }: Measured,
  named: Readonly<Record<string, readonly Interval[]>>,
): void {
  const own = without(whole, merged(Object.values(named).flat()));
  const types = [...new Set(steps.steps.map((step) => step.name.split(" ")[0] ?? ""))];
  const underWay = Object.fromEntries(types.map((type) => [type, steps.of(type)]));
  const { [BETWEEN]: between = 0, ...inSteps } = shares(own, underWay, BETWEEN);
  const left = secondsIn(own) - between;
  note(`delivery of ${name}: seconds of its own`, `${left.toFixed(1)} s`, "<= 5 s");
  console.log(`    ${secondsText(inSteps)}`);
  const taken = { ...shares([whole], named, "else"), [BETWEEN]: between };
  console.log(
    `    of ${secondsIn([whole]).toFixed(1)} s: ${secondsText(taken)}; an update that changes nothing: ${idle.toFixed(1)}`,
  );
}

const BETWEEN = "between steps";

const secondsText = (seconds: Readonly<Record<string, number>>): string =>
  Object.entries(seconds)
    .filter(([, each]) => each >= 0.05)
    .map(([what, each]) => `${each.toFixed(1)} ${what}`)
    .join(", ");
