import type { Effect } from "../components/dynamic-provider";
import { tasksOf } from "../release/capacity";
import { judgeReadiness } from "../release/readiness";
import { explain } from "./clients";
import { pause } from "./interruption";
import { isAwake, putToRest, type RestingSlot } from "./slot-rest";
import { SlotTasks } from "./slot-tasks";
import { targetHealthOf } from "./target-health";

export interface SlotReadyInputs extends RestingSlot {
  readonly targetGroupArn: string;
  /** As the settings ask; what scales it may ask for more. 0 for a slot that is to rest. */
  readonly tasks: number;
}

const pollSeconds = 1;

/** Waits until the slot is ready; a deployment that ECS gives up ends the wait at once. */
async function waitUntilReady(inputs: SlotReadyInputs, askedBefore?: number): Promise<void> {
  const tasks = new SlotTasks(inputs);
  const targetHealth = targetHealthOf(inputs, inputs.targetGroupArn);
  const deadline = Date.now() + inputs.timeoutSeconds * 1000;
  let ailing: readonly string[] = [];
  for (let isFirst = true; ; isFirst = false) {
    const [seen, targets] = await Promise.all([tasks.observe(), targetHealth()]);
    ailing = mostTelling(ailing, targets.others);
    // What scales the slot while it comes up is followed; only at first is it given what the settings ask.
    const desiredCount = isFirst
      ? tasksOf(seen.desiredCount, inputs.tasks, askedBefore)
      : seen.desiredCount;
    if (desiredCount !== seen.desiredCount) await tasks.scaleTo(desiredCount);
    const verdict = judgeReadiness({ ...seen, desiredCount, healthyTargets: targets.healthy });
    if (verdict.state === "ready") return;
    // What was given up before this run began is tried once more; what fails in this run is final.
    if (verdict.state === "failed" && !isFirst)
      throw new Error(await describe(inputs, verdict.reason, ailing, tasks));
    if (verdict.state === "failed") await tasks.retry();
    if (Date.now() > deadline) {
      const waited = verdict.state === "waiting" ? verdict.for : "the deployment tried again";
      const reason = `still waiting after ${inputs.timeoutSeconds} s for ${waited}`;
      throw new Error(await describe(inputs, reason, ailing, tasks));
    }
    await pause(pollSeconds);
  }
}

/** ECS replaces a task soon after its target is unhealthy, so what was said of that target is kept. */
function mostTelling(before: readonly string[], now: readonly string[]): readonly string[] {
  const tells = (targets: readonly string[]): boolean =>
    targets.some((target) => target.includes(" unhealthy"));
  return tells(before) && !tells(now) ? before : now;
}

async function describe(
  inputs: SlotReadyInputs,
  reason: string,
  ailing: readonly string[],
  tasks: SlotTasks,
): Promise<string> {
  const failure = await tasks
    .lastFailure()
    .catch((error: unknown) => explain(error, "looking for why its tasks ended").message);
  return [
    `${inputs.service}: the version in ${inputs.slot} did not get healthy: ${reason}`,
    ...(failure !== undefined ? [failure] : []),
    ...ailing.map((target) => `target ${target}`),
    "no traffic was moved: what was live before still serves; mend the version and run the update again",
  ].join("\n");
}

/** A slot that is to rest has nothing to wait for but the end of its tasks. */
const proved = (inputs: SlotReadyInputs, askedBefore?: number): Promise<void> =>
  (inputs.tasks === 0 ? putToRest(inputs) : waitUntilReady(inputs, askedBefore)).catch(
    describing(inputs),
  );

const describing =
  (inputs: SlotReadyInputs) =>
  (error: unknown): never => {
    if (error instanceof Error && error.name === "Error") throw error;
    throw explain(error, `${inputs.service}: waiting for ${inputs.slot}`);
  };

export const effect: Effect = {
  async create(inputs: SlotReadyInputs) {
    await proved(inputs);
    return { id: `${inputs.service}-${inputs.slot}`, outs: inputs };
  },
  async diff(_id: string, olds: SlotReadyInputs, news: SlotReadyInputs) {
    const proves = [
      "taskDefinitionArn",
      "serviceName",
      "clusterArn",
      "targetGroupArn",
      "tasks",
    ] as const;
    if (proves.some((key) => olds[key] !== news[key])) return { changes: true };
    // Tasks that nobody looks at cost money without end.
    return { changes: news.tasks === 0 && (await isAwake(news).catch(describing(news))) };
  },
  async update(_id: string, olds: SlotReadyInputs, news: SlotReadyInputs) {
    await proved(news, olds.tasks);
    return { outs: news };
  },
  read(id: string, props: SlotReadyInputs) {
    return Promise.resolve({ id, props });
  },
  async delete() {
    // nothing stands behind it: it is a proof, not a thing
  },
};
