import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Stacks } from "../../demo/stacks";
import { readLock } from "../../release/command/stack-lock";
import { Aws } from "../e2e/aws";
import { plannedChanges } from "../e2e/story";
import { killSession } from "./kill-session";
import { sampleServices, versionsAnswered } from "./sample";

/** What of a delivery is seen while it runs. */
export interface Sight {
  /** What `pulumi up` has told of steps that begin or end, a line each. */
  readonly steps: readonly string[];
  readonly seconds: number;
}

/** Whether it is time to kill. */
export type Moment = (seen: Sight) => boolean | Promise<boolean>;

export type Phase = "before the first step" | "between two steps" | "in a step";

export interface Killed {
  readonly phase: Phase;
  /** Steps that were under way, `TrafficShift web`. */
  readonly underWay: readonly string[];
  /** The traffic's weights when all was dead, `web 90/10`: blue and green, by service. */
  readonly weights: string;
  readonly seconds: number;
  /** Processes that were killed; none where the delivery was over before its moment came. */
  readonly processes: number;
  readonly wasLocked: boolean;
}

const lookMs = 10;
const deliver = ["up", "--yes", "--skip-preview", "--suppress-outputs"];
/** A step's beginning or end, as `pulumi up` tells of it. */
export const STEP =
  /:(\w+ \S+) (?:(creating|updating|replacing|deleting)|created|updated|replaced|deleted)\b/;

/** Begins a delivery and kills all of its processes at a moment. */
export async function killDelivery(stacks: Stacks, moment: Moment): Promise<Killed> {
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  const steps: string[] = [];
  const process = { leader: 0, isOver: false };
  const update = stacks
    .pulumi("stage", deliver, {
      onStart: (pid) => {
        process.leader = pid;
      },
      onLine: (line) => {
        if (STEP.test(line)) steps.push(line);
      },
    })
    .finally(() => {
      process.isOver = true;
    });
  while (!process.isOver && !(await moment({ steps, seconds: seconds() }))) await sleep(lookMs);
  const processes = process.isOver ? 0 : await killSession(process.leader);
  const killedAfter = seconds();
  await update;
  const underWay = stepsUnderWay(steps);
  const between = steps.length === 0 ? "before the first step" : "between two steps";
  const phase = underWay.length === 0 ? between : "in a step";
  const weights = await describeWeights(stacks);
  const folder = join(stacks.workspace.home, "state");
  const wasLocked = (await readLock(folder, "switchyard", "stage")) !== undefined;
  return { phase, underWay, weights, seconds: killedAfter, processes, wasLocked };
}

/** Steps that had begun and not ended. */
function stepsUnderWay(steps: readonly string[]): string[] {
  const open = new Set<string>();
  for (const line of steps) {
    const [, step = "", begins] = STEP.exec(line) ?? [];
    if (begins === undefined) open.delete(step);
    else open.add(step);
  }
  return [...open];
}

async function describeWeights(stacks: Stacks): Promise<string> {
  const weights = await new Aws(stacks.account("stage")).weights();
  const shares = [...weights].map(
    ([service, { blue = 0, green = 0 }]) => `${service} ${blue}/${green}`,
  );
  return shares.sort().join(" ");
}

export interface Healed {
  readonly seconds: number;
  /** What is not as it has to be; none if the delivery has converged. */
  readonly problems: readonly string[];
}

/** What a user does after a killed run: frees the stack if it is locked, and runs `up` once. */
export async function heal(
  stacks: Stacks,
  { wasLocked }: Killed,
  version: number,
  look: typeof problemsAfter = problemsAfter,
): Promise<Healed> {
  if (wasLocked) await stacks.pulumi("stage", ["cancel", "--yes"]);
  const { code, output, seconds } = await stacks.pulumi("stage", deliver);
  if (code !== 0) return { seconds, problems: [`up ended with ${code}:\n${output}`] };
  return { seconds, problems: await look(stacks, version) };
}

/** An update that nobody disturbs. @returns what of it can be seen */
export async function undisturbedDelivery(stacks: Stacks): Promise<Sight> {
  const { code, output, seconds } = await stacks.pulumi("stage", deliver);
  if (code !== 0) throw new Error(output);
  return { seconds, steps: output.split("\n").filter((line) => STEP.test(line)) };
}

/** Everything that differs from a delivery that went through: answers, weights, tasks, and what a preview plans. */
export async function problemsAfter(stacks: Stacks, version: number): Promise<string[]> {
  const [planned, found] = await Promise.all([
    plannedChanges(stacks, "stage"),
    problemsSeen(stacks, version),
  ]);
  return planned.length === 0 ? found : [...found, `a preview plans ${planned.join(", ")}`];
}

/** The same without the preview, which takes seconds. */
export async function problemsSeen(stacks: Stacks, version: number): Promise<string[]> {
  const aws = new Aws(stacks.account("stage"));
  const { url, services } = await stacks.outputs("stage");
  const weights = await aws.weights();
  const images = await aws.imagesBySlot();
  const problems: string[] = [];
  const expect = (what: string, found: unknown, wanted: unknown): void => {
    const [is, has] = [JSON.stringify(found), JSON.stringify(wanted)];
    if (is !== has) problems.push(`${what}: found ${is}, wanted ${has}`);
  };
  for (const service of sampleServices) {
    const answered = await versionsAnswered(stacks, url, service);
    expect(`answers of ${service}`, answered, [String(version)]);
    const state = services[service];
    for (const slot of ["blue", "green"] as const) {
      const name = `${service}-${slot}`;
      const image = state?.[slot]?.image;
      expect(`weight of ${name}`, weights.get(service)?.[slot], state?.live === slot ? 100 : 0);
      const recorded = image === undefined ? [] : [image, image];
      expect(`tasks of ${name}`, images.get(name) ?? [], recorded);
    }
  }
  return problems;
}
