import type { AwsPlace } from "../components/place";
import type { Slot } from "../release/slots";
import type { EcsServiceName } from "./ecs-service";
import type { TaskRunInputs } from "./task-run";
import type { Families } from "./worker-slots";

/** A worker, whatever works in its slots. */
export interface Worker extends AwsPlace {
  readonly service: string;
  /** Place among the services of a release, lower ones first. */
  readonly order: number;
  readonly clusterArn: string;
  readonly families: Families;
  readonly logGroup: string;
  readonly logStreamPrefixes: Readonly<Record<Slot, string>>;
  /** As the settings ask. */
  readonly tasks: number;
  /** Whether both versions may work at once. */
  readonly overlap: boolean;
  /** How long a version has to become healthy. */
  readonly readyTimeoutSeconds: number;
  /** Whether policies scale the worker. @default false */
  readonly scales?: boolean;
}

/** How the work of one worker goes over to another version. */
export interface WorkerInputs extends Worker, EcsServiceName {
  /** The slot that the record calls live, where it is the other one. */
  readonly from?: Slot;
  /** Whether no update has succeeded with this worker. @default false */
  readonly isNew?: boolean;
  /** The slot that is to do the work; `serviceName` and `taskDefinitionArn` are its own. */
  readonly live: Slot;
  readonly taskDefinitionArn: string;
  /** How long the new version is watched once it works alone. */
  readonly bakeSeconds: number;
  /** Names of alarms that turn it back. */
  readonly watch: readonly string[];
  /** What every task of the slot must run, `REPOSITORY@DIGEST`. @default it was live before, and has nothing to prove */
  readonly image?: string;
  /** Run once the new version works alone; turns it back when it fails. @default none */
  readonly acceptance?: Omit<TaskRunInputs, keyof AwsPlace | "key">;
}

/** For a version that was live before: a way back must not wait, whatever its alarms say of the time since. */
export function workerAtOnce(inputs: WorkerInputs): WorkerInputs {
  const quick = { ...inputs, bakeSeconds: 0, watch: [] };
  delete quick.acceptance;
  delete quick.image;
  return quick;
}
