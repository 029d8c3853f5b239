import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { type RunPlace, withStack } from "./automation";
import { withPrivateFolder } from "./private-folder";

/** What an update may do, where that was decided before. */
export interface Bound {
  /** Pulumi's update plan: any other step fails the update before it is taken. */
  readonly engine: string;
  /** Goes into the stack's history. */
  readonly message: string;
}

/** One run of an update. */
export interface UpdateRun extends RunPlace {
  readonly onEvent: (event: EngineEvent) => void;
  readonly bound?: Bound;
}

/**
 * Runs `pulumi up` on a stack that is there.
 *
 * @throws CommandFailure when it did not succeed
 */
export async function runUpdate(run: UpdateRun): Promise<void> {
  const { onEvent, bound } = run;
  const up = (options: { plan?: string; message?: string }): Promise<void> =>
    withStack(run, async (target, signal) => {
      await target.up({ onEvent, color: "never", showSecrets: false, signal, ...options });
    });
  if (!bound) return up({});
  await withPrivateFolder(async (folder) => {
    const plan = join(folder, "plan.json");
    await writeFile(plan, bound.engine, { mode: 0o600 });
    await up({ plan, message: bound.message });
  });
}
