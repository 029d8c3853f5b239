import type { Effect } from "../components/effect-resource";
import { explain } from "./clients";
import { TaskRun, type TaskRunInputs } from "./task-run";

export interface OneOffTaskInputs extends Omit<TaskRunInputs, "key"> {
  /** What it is run for: it is run again when one of them is another. */
  readonly triggers: readonly string[];
  /** False: what the triggers say counts as done, and nothing is run. */
  readonly enabled: boolean;
}

async function run(inputs: OneOffTaskInputs): Promise<void> {
  if (!inputs.enabled) return;
  // Two tasks may run the same definition for the same reason, and are not each other's.
  const key = JSON.stringify([inputs.title, inputs.triggers]);
  await new TaskRun({ ...inputs, key }).run().catch((error: unknown) => {
    if (error instanceof Error && error.name === "Error") throw error;
    throw explain(error, inputs.title);
  });
}

const same = (one: readonly string[], other: readonly string[]): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

export const effect: Effect = {
  async create(inputs: OneOffTaskInputs) {
    await run(inputs);
    return { id: inputs.title, outs: inputs };
  },
  // A command that is changed is for the next time: what has been done is done.
  diff(_id: string, olds: OneOffTaskInputs, news: OneOffTaskInputs) {
    return Promise.resolve({ changes: !same(olds.triggers, news.triggers) });
  },
  async update(_id: string, _olds: OneOffTaskInputs, news: OneOffTaskInputs) {
    await run(news);
    return { outs: news };
  },
  read(id: string, props: OneOffTaskInputs) {
    return Promise.resolve({ id, props });
  },
  async delete() {
    // nothing stands behind it: it has run
  },
};
