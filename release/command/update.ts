import type { EngineEvent } from "@pulumi/pulumi/automation";
import { notFound } from "./pulumi-cli";
import { explainPulumi } from "./pulumi-errors";

/** One run of an update, through Pulumi's Automation API. */
export interface UpdateRun {
  readonly dir: string;
  readonly stack: string;
  readonly onEvent: (event: EngineEvent) => void;
  /** Told when the process was asked to end, and the update with it. */
  readonly onStop: () => void;
}

/**
 * Runs `pulumi up` on a stack that is there.
 *
 * @throws CommandFailure when it did not succeed
 */
export async function runUpdate({ dir, stack, onEvent, onStop }: UpdateRun): Promise<void> {
  const { LocalWorkspace, Stack } = automation();
  const stop = new AbortController();
  // A terminal sends SIGINT to Pulumi as well; any other signal has to be passed on.
  const interrupt = onStop;
  const terminate = (): void => {
    onStop();
    stop.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", terminate);
  process.on("SIGHUP", terminate);
  try {
    const workspace = await LocalWorkspace.create({ workDir: dir });
    // The stack is named in every call: to select it would send the user's next command elsewhere.
    workspace.selectStack = () => Promise.resolve();
    // Read afterwards without decrypting anything.
    workspace.stackOutputs = () => Promise.resolve({});
    const target = await Stack.select(stack, workspace);
    await target.up({ onEvent, color: "never", showSecrets: false, signal: stop.signal });
  } catch (error) {
    throw failureOf(error, stack);
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", terminate);
    process.off("SIGHUP", terminate);
  }
}

/** Loaded when it is needed: that takes longer than everything else of the command. */
function automation(): typeof import("@pulumi/pulumi/automation") {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` can't find a folder
  return require("@pulumi/pulumi/automation") as typeof import("@pulumi/pulumi/automation");
}

function failureOf(error: unknown, stack: string): unknown {
  const text = error instanceof Error ? error.message : String(error);
  if (/spawn pulumi ENOENT|ENOENT.*pulumi/.test(text)) return notFound(error);
  return explainPulumi(text, stack, error);
}
