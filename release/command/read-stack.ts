import { UnknownStack } from "./failure";
import type { PulumiCli } from "./pulumi-cli";
import { backendFolder, readLock, type RunningUpdate } from "./stack-lock";
import { type StackRecord, stackRecord } from "./stack-record";
import { isUnfinished, type StackState, stackState } from "./stack-state";
import { redact } from "./redact";

/** Entries of the history that are read: enough to find the last update among refreshes and refusals. */
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

/** Reads what a plan of a stack is held against; undefined if there is no such stack. */
export async function readRecord(
  { pulumi }: ReadPlace,
  stack: string,
): Promise<StackRecord | undefined> {
  try {
    const [exported, history] = await Promise.all([
      pulumi(stack, ["stack", "export", "--stack", stack]),
      pulumi(stack, ["stack", "history", "--json", "--stack", stack, ...HISTORY]),
    ]);
    return stackRecord(exported, history);
  } catch (error) {
    if (error instanceof UnknownStack) return undefined;
    throw error;
  }
}

/** Where the stacks are kept, and who asks. */
export interface Backend {
  /** Without what may be a password. */
  readonly url: string;
  readonly user?: string;
}

export async function readBackend({ pulumi }: ReadPlace, stack: string): Promise<Backend> {
  const { url = "", user } = await whoAmI(pulumi, stack);
  return { url: redact(url), ...(user !== undefined && user !== "" && { user }) };
}

/** Where in AWS a stack is. */
export interface AwsPlace {
  readonly account: string;
  readonly region: string;
  /** Named profile, from `aws:profile`. @default the environment's credentials */
  readonly profile?: string;
}

/** Reads what a stack's settings, or the project's, say of its account and region; nothing is decrypted. */
export async function readAwsPlace({ pulumi }: ReadPlace, stack: string): Promise<AwsPlace> {
  type Entry = { readonly value?: string; readonly objectValue?: unknown };
  const text = await pulumi(stack, ["config", "--json", "--stack", stack]);
  const config = JSON.parse(text) as Readonly<Record<string, Entry>>;
  const { objectValue, value = "" } = config["aws:allowedAccountIds"] ?? {};
  const [account = ""] =
    /\d{12}/.exec(objectValue === undefined ? value : JSON.stringify(objectValue)) ?? [];
  const profile = config["aws:profile"]?.value;
  const region = config["aws:region"]?.value ?? "";
  return { account, region, ...(profile !== undefined && { profile }) };
}

/** Whether an update runs, as far as a backend tells it while it runs. */
export type Fence =
  | { readonly known: true; readonly running?: RunningUpdate }
  /** A bucket's locks are told of only when an update begins. */
  | { readonly known: false };

/** Reads whether an update of a stack runs now. */
export async function readFence(place: ReadPlace, stack: string): Promise<Fence> {
  const url = await urlOf(place, stack);
  const folder = backendFolder(url, place.dir);
  if (folder !== undefined) {
    const running = await readLock(folder, place.project, shortName(stack));
    return { known: true, ...(running && { running }) };
  }
  if (!/^https?:/.test(url)) return { known: false };
  const history = ["stack", "history", "--json", "--stack", stack, "--page-size", "1"];
  const text = await place.pulumi(stack, history);
  return { known: true, ...(isUnfinished(text) && { running: {} }) };
}

const urlOf = async (place: ReadPlace, stack: string): Promise<string> =>
  process.env["PULUMI_BACKEND_URL"] ?? (await backendUrl(place, stack));

async function lockOf(place: ReadPlace, stack: string): Promise<RunningUpdate | undefined> {
  const folder = backendFolder(await urlOf(place, stack), place.dir);
  return folder === undefined ? undefined : readLock(folder, place.project, shortName(stack));
}

async function backendUrl({ pulumi }: ReadPlace, stack: string): Promise<string> {
  return (await whoAmI(pulumi, stack)).url ?? "";
}

async function whoAmI(
  pulumi: PulumiCli,
  stack: string,
): Promise<{ readonly url?: string; readonly user?: string }> {
  const text = await pulumi(stack, ["whoami", "--json"]);
  return JSON.parse(text) as { url?: string; user?: string };
}
