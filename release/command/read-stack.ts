import { UnknownStack } from "./failure";
import type { PulumiCli } from "./pulumi-cli";
import { backendFolder, readLock, type RunningUpdate } from "./stack-lock";
import { type StackState, stackState } from "./stack-state";

/** Entries of the history that are read: enough to find the last update among refreshes. */
const HISTORY = ["--page-size", "20", "--page", "1"];

export interface ReadPlace {
  readonly dir: string;
  readonly project: string;
  readonly pulumi: PulumiCli;
}

/** The part of a stack's name that its file is called by: `ORGANIZATION/PROJECT/STACK`. */
export function shortName(stack: string): string {
  return stack.split("/").at(-1) ?? stack;
}

/** Reads a stack, changing and decrypting nothing; undefined if there is no such stack. */
export async function readStack(place: ReadPlace, stack: string): Promise<StackState | undefined> {
  const { pulumi } = place;
  try {
    const [exported, history, lock] = await Promise.all([
      pulumi(stack, ["stack", "export", "--stack", stack]),
      pulumi(stack, ["stack", "history", "--json", "--stack", stack, ...HISTORY]),
      lockOf(place, stack),
    ]);
    return stackState(stack, { exported, history, lock });
  } catch (error) {
    if (error instanceof UnknownStack) return undefined;
    throw error;
  }
}

async function lockOf(place: ReadPlace, stack: string): Promise<RunningUpdate | undefined> {
  const url = process.env["PULUMI_BACKEND_URL"] ?? (await backendUrl(place, stack));
  const folder = backendFolder(url, place.dir);
  return folder === undefined ? undefined : readLock(folder, place.project, shortName(stack));
}

async function backendUrl({ pulumi }: ReadPlace, stack: string): Promise<string> {
  const text = await pulumi(stack, ["whoami", "--json"]);
  return (JSON.parse(text) as { readonly url?: string }).url ?? "";
}
