import type { Effect } from "../components/effect-resource";
import { tasksOf } from "../release/capacity";
import { explain } from "./clients";
import { pause } from "./interruption";
import { isAwake, putToRest, type RestingSlot } from "./slot-rest";
import { SlotFailure, SlotStart } from "./slot-start";

export interface SlotReadyInputs extends RestingSlot {
  readonly targetGroupArn: string;
  /** As the settings ask; what scales it may ask for more. 0 for a slot that is to rest. */
  readonly tasks: number;
}

const pollSeconds = 1;

/** Waits until the slot is ready; a deployment that ECS gives up ends the wait at once. */
async function waitUntilReady(inputs: SlotReadyInputs, askedBefore?: number): Promise<void> {
  const start = new SlotStart(inputs, (desired) => tasksOf(desired, inputs.tasks, askedBefore));
  try {
    while (!(await start.poll())) await pause(pollSeconds);
  } catch (error) {
    if (error instanceof SlotFailure)
      throw new Error(`${error.message}\n${UNMOVED}`, { cause: error });
    throw error;
  }
}

const UNMOVED =
  "no traffic was moved: what was live before still serves; mend the version and run the update again";

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
