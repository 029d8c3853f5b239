import type { Stack } from "@pulumi/pulumi/automation";
import { notFound } from "./pulumi-cli";
import { explainPulumi } from "./pulumi-errors";

/** Where a run of Pulumi's engine takes place. */
export interface RunPlace {
  readonly dir: string;
  readonly stack: string;
  /** Told when the process was asked to end, and the run with it. */
  readonly onStop: () => void;
}

/**
 * Runs Pulumi's engine on a stack that is there, through Pulumi's Automation API.
 *
 * @throws CommandFailure when it did not succeed
 */
export async function withStack<T>(
  { dir, stack, onStop }: RunPlace,
  use: (target: Stack, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { LocalWorkspace, Stack: Target } = automation();
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
    return await use(await Target.select(stack, workspace), stop.signal);
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
