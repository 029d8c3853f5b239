/** What ECS says of the tasks in a slot. */
export interface TaskObservation {
  /** Tasks that ECS is asked for. */
  readonly desiredCount: number;
  /** Of the deployment of the wanted task definition; nothing while the service has none. */
  readonly deployment:
    | {
        readonly rolloutState: "IN_PROGRESS" | "COMPLETED" | "FAILED" | undefined;
        readonly rolloutStateReason: string | undefined;
        readonly runningCount: number;
      }
    | undefined;
  /** Running tasks of any other task definition in the service. */
  readonly otherRunningCount: number;
}

export interface SlotObservation extends TaskObservation {
  readonly healthy: number;
}

/** What is healthy in a slot: targets for the load balancer; a worker has none, and its tasks are checked by ECS. */
export type Checked = "targets" | "tasks";

export type Readiness =
  | { readonly state: "ready" }
  | { readonly state: "waiting"; readonly for: string }
  | { readonly state: "failed"; readonly reason: string };

/** A slot is at rest when ECS is asked for nothing, and nothing of any version is left. */
export function isAtRest(seen: TaskObservation): boolean {
  return seen.desiredCount + seen.otherRunningCount + (seen.deployment?.runningCount ?? 0) === 0;
}

/**
 * A slot is ready when exactly the wanted revision runs in it, as many tasks as ECS is asked for, each of them
 * healthy: tasks of an older revision in the same slot would get work too.
 */
export function judgeReadiness(seen: SlotObservation, checked: Checked = "targets"): Readiness {
  const { deployment, desiredCount: tasks } = seen;
  if (!deployment) return { state: "waiting", for: "the deployment to begin" };
  if (deployment.rolloutState === "FAILED")
    return { state: "failed", reason: deployment.rolloutStateReason ?? "ECS gave no reason" };
  if (seen.otherRunningCount > 0)
    return {
      state: "waiting",
      for: `${seen.otherRunningCount} tasks of the revision before to stop`,
    };
  if (deployment.runningCount !== tasks)
    return { state: "waiting", for: `${tasks} running tasks, ${deployment.runningCount} so far` };
  if (seen.healthy < tasks)
    return { state: "waiting", for: `${tasks} healthy ${checked}, ${seen.healthy} so far` };
  return { state: "ready" };
}
