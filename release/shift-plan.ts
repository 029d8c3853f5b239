/** A share of the traffic, and how long the new version is watched there before it gets more. */
export interface ShiftStep {
  /** Of the traffic to the new version, 1 to 100. */
  readonly percent: number;
  readonly pauseSeconds: number;
}

export const STRATEGIES = ["allAtOnce", "canary", "linear"] as const;
export type Strategy = (typeof STRATEGIES)[number];

const CANARY_PERCENT = 10;
const CANARY_SECONDS = 300;
const LINEAR_PERCENT = 10;
const LINEAR_SECONDS = 60;

/**
 * The steps of a strategy, as CodeDeploy has them for ECS: a canary of 10 percent for 5 minutes, or 10 percent
 * more each minute. https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
 */
export function stepsOf(strategy: Strategy): readonly ShiftStep[] {
  if (strategy === "allAtOnce") return [ALL];
  if (strategy === "canary")
    return [{ percent: CANARY_PERCENT, pauseSeconds: CANARY_SECONDS }, ALL];
  return Array.from({ length: 100 / LINEAR_PERCENT }, (_, index) => {
    const percent = (index + 1) * LINEAR_PERCENT;
    return { percent, pauseSeconds: percent < 100 ? LINEAR_SECONDS : 0 };
  });
}

const ALL: ShiftStep = { percent: 100, pauseSeconds: 0 };

/**
 * The steps that are left for a version that has `percent` of the traffic; all at once where there are none.
 * What a run that was killed has written is not taken for proven: the step that it stood on is watched
 * again, in full.
 */
export function remainingSteps(steps: readonly ShiftStep[], percent: number): readonly ShiftStep[] {
  return steps.length === 0 ? [ALL] : steps.filter((step) => step.percent >= percent);
}

/** Seconds that a shift is made to take: what its steps and its bake are watched. */
export function watchedSeconds(steps: readonly ShiftStep[], bakeSeconds: number): number {
  return steps.reduce((sum, step) => sum + step.pauseSeconds, bakeSeconds);
}
