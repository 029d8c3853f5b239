import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { readWeights } from "../../effects/live-weights";
import type { moveTraffic } from "../../effects/move-traffic";
import type { readHealth } from "../../effects/stack-health";
import type { readTrail } from "../../effects/trail";
import type { Asked } from "../checklist/asked";
import type { Health } from "../checklist/facts";
import type { Trail } from "../drift/who";
import type { LiveWeights } from "../saved-plan";
import { CommandFailure } from "./failure";
import { explainFile } from "./file-errors";
import { openLedger, type OpenLedger } from "./open-ledger";
import { readLiveWeights, runPreview, runRefreshPreview } from "./preview";
import { pulumiCli } from "./pulumi-cli";
import {
  type AwsPlace,
  type Backend,
  type Fence,
  readAwsPlace,
  readBackend,
  readFence,
  readRecord,
  readStack,
  shortName,
} from "./read-stack";
import { replaceFile, writePrivateFile } from "./replace-file";
import { readSource, type Source } from "./source-files";
import { readProjectFile, readStackFile, type ProjectFile, type StackFile } from "./stack-file";
import type { StackRecord } from "./stack-record";
import type { StackState } from "./stack-state";
import { type Bound, runUpdate } from "./update";

/** What the verbs act on: a project's files, its stacks, and Pulumi. */
export interface Workplace {
  readonly project: ProjectFile;
  /** Undefined if there is no such stack. */
  readonly readStack: (stack: string) => Promise<StackState | undefined>;
  /** Whether an update of the stack runs now. */
  readonly readFence: (stack: string) => Promise<Fence>;
  /** Loads what moves traffic, which takes a while. */
  readonly mover: () => typeof moveTraffic;
  /** Weights that the load balancer has now, asked of AWS itself. */
  readonly readWeights: typeof readWeights;
  /** Undefined if there is no such file. */
  readonly readFile: (stack: string) => Promise<StackFile | undefined>;
  /** Replaces the stack's file as a whole. */
  readonly writeFile: (stack: string, text: string) => Promise<void>;
  readonly update: (
    stack: string,
    onEvent: (event: EngineEvent) => void,
    onStop: () => void,
    bound?: Bound,
  ) => Promise<void>;
  /** Runs a preview, and gives Pulumi's update plan of it. */
  readonly preview: (
    stack: string,
    onEvent: (event: EngineEvent) => void,
    onStop: () => void,
  ) => Promise<string>;
  /** Runs a refresh that changes nothing. */
  readonly refreshPreview: (
    stack: string,
    onEvent: (event: EngineEvent) => void,
    onStop: () => void,
  ) => Promise<void>;
  /** Weights that the load balancer really has. */
  readonly readLive: (
    stack: string,
    urns: readonly string[],
    onStop: () => void,
  ) => Promise<LiveWeights>;
  /** Undefined if there is no such stack. */
  readonly readRecord: (stack: string) => Promise<StackRecord | undefined>;
  readonly readBackend: (stack: string) => Promise<Backend>;
  /** The account and region that a stack's settings name. */
  readonly readAwsPlace: (stack: string) => Promise<AwsPlace>;
  /** The stack's ledger, with the caller's credentials. */
  readonly openLedger: (stack: string) => Promise<OpenLedger>;
  /** Another stack's ledger, wherever that is. */
  readonly openLedgerAt: (stack: string, aws: AwsPlace) => OpenLedger;
  /** What AWS says now of what is deployed. */
  readonly readHealth: (stack: string, asked: Asked) => Promise<Health>;
  /** What CloudTrail has on who changed anything in the stack's account. */
  readonly readTrail: (stack: string, since: string | undefined) => Promise<Trail>;
  readonly readSource: () => Promise<Source>;
  /** The text of a plan, or of another file of the project; undefined if there is no such file. */
  readonly readPlan: (path: string) => Promise<string | undefined>;
  /** Writes a plan, or another file, for its owner alone. */
  readonly writePlan: (path: string, text: string) => Promise<void>;
}

/** Name of a stack's file in the project's folder. */
export function fileNameOf(stack: string): string {
  return `Pulumi.${shortName(stack)}.yaml`;
}

/** The project in a folder. */
export async function openWorkplace(dir: string): Promise<Workplace> {
  const text = await readText(join(dir, "Pulumi.yaml"), "Pulumi.yaml");
  if (text === undefined) {
    const action = "run this in the folder of the Pulumi project";
    throw new CommandFailure("mistake", `there is no Pulumi.yaml in ${dir}`, action);
  }
  const project = readProjectFile(text);
  const place = { dir, project: project.name, pulumi: pulumiCli(dir) };
  return {
    project,
    readStack: (stack) => readStack(place, stack),
    readFence: (stack) => readFence(place, stack),
    mover,
    readWeights: (shifts) => weightsReader()(shifts),
    readFile: async (stack) => {
      const name = fileNameOf(stack);
      const found = await readText(join(dir, name), name);
      return found === undefined ? undefined : readStackFile(found, name, project);
    },
    writeFile: async (stack, content) => {
      const name = fileNameOf(stack);
      await replaceFile(join(dir, name), content).catch((error: unknown) => {
        throw explainFile(error, name, "written");
      });
    },
    update: (stack, onEvent, onStop, bound) =>
      runUpdate({ dir, stack, onEvent, onStop, ...(bound && { bound }) }),
    preview: (stack, onEvent, onStop) => runPreview({ dir, stack, onEvent, onStop }),
    refreshPreview: (stack, onEvent, onStop) => runRefreshPreview({ dir, stack, onEvent, onStop }),
    readLive: (stack, urns, onStop) => readLiveWeights({ dir, stack, onStop }, urns),
    readRecord: (stack) => readRecord(place, stack),
    readBackend: (stack) => readBackend(place, stack),
    readAwsPlace: (stack) => readAwsPlace(place, stack),
    openLedger: async (stack) => openLedger(project.name, stack, await readAwsPlace(place, stack)),
    openLedgerAt: (stack, aws) => openLedger(project.name, stack, aws),
    readHealth: async (stack, asked) => healthReader()(await readAwsPlace(place, stack), asked),
    readTrail: async (stack, since) => trailReader()(await readAwsPlace(place, stack), since),
    readSource: () => readSource(dir),
    readPlan: (path) => readText(resolve(dir, path), path),
    writePlan: async (path, content) => {
      await writePrivateFile(resolve(dir, path), content).catch((error: unknown) => {
        throw explainFile(error, path, "written");
      });
    },
  };
}

/** Loaded when it is needed, as what reads weights is: most verbs do not call AWS. */
function mover(): typeof moveTraffic {
  type Effects = typeof import("../../effects/move-traffic");
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` wants a file's ending
  return (require("../../effects/move-traffic") as Effects).moveTraffic;
}

function weightsReader(): typeof readWeights {
  type Effects = typeof import("../../effects/live-weights");
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` wants a file's ending
  return (require("../../effects/live-weights") as Effects).readWeights;
}

function healthReader(): typeof readHealth {
  type Effects = typeof import("../../effects/stack-health");
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` wants a file's ending
  return (require("../../effects/stack-health") as Effects).readHealth;
}

function trailReader(): typeof readTrail {
  type Effects = typeof import("../../effects/trail");
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` wants a file's ending
  return (require("../../effects/trail") as Effects).readTrail;
}

async function readText(path: string, name: string): Promise<string | undefined> {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await readFile(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    if ((error as NodeJS.ErrnoException).code === "ERR_ENCODING_INVALID_ENCODED_DATA") {
      throw new CommandFailure("mistake", `${name} can't be read: it is not UTF-8`, `mend ${name}`);
    }
    throw explainFile(error, name, "read");
  }
}
