import type { Effect } from "../components/effect-resource";
import type { PassedTest } from "../release/passed-test";
import { explain } from "./clients";
import { TaskRun, type TaskRunInputs } from "./task-run";

export interface OneOffTaskInputs extends Omit<TaskRunInputs, "key"> {
  /** What it is run for: it is run again when one of them is another. */
  readonly triggers: readonly string[];
  /** False: what the triggers say counts as done, and nothing is run. */
  readonly enabled: boolean;
}

export interface OneOffTaskOutputs extends OneOffTaskInputs {
  /** What was run for these triggers; nothing where they only count as done. */
  readonly passed?: PassedTest;
}

async function run(inputs: OneOffTaskInputs): Promise<OneOffTaskOutputs> {
  if (!inputs.enabled) return inputs;
  // Two tasks may run the same definition for the same reason, and are not each other's.
  const key = JSON.stringify([inputs.title, inputs.triggers]);
  const passed = await new TaskRun({ ...inputs, key }).pass().catch((error: unknown) => {
    if (error instanceof Error && error.name === "Error") throw error;
    throw explain(error, inputs.title);
  });
  return { ...inputs, passed };
}

const same = (one: readonly string[], other: readonly string[]): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

export const effect: Effect = {
  async create(inputs: OneOffTaskInputs) {
    return { id: inputs.title, outs: await run(inputs) };
  },
  // A command that is changed is for the next time: what has been done is done.
  diff(_id: string, olds: OneOffTaskOutputs, news: OneOffTaskInputs) {
    return Promise.resolve({ changes: !same(olds.triggers, news.triggers) });
  },
  async update(_id: string, _olds: OneOffTaskOutputs, news: OneOffTaskInputs) {
    return { outs: await run(news) };
  },
  read(id: string, props: OneOffTaskOutputs) {
    return Promise.resolve({ id, props });
  },
  async delete() {
    // nothing stands behind it: it has run
  },
};
