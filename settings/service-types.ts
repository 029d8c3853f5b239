import type { ShiftStep } from "../release/shift-plan";

/** How the image of a service is built. Paths are relative to the project. */
export interface ImageSettings {
  /** Directory that is sent to the build, and whose content gives the tag. */
  readonly context: string;
  readonly dockerfile: string;
  /** Shell command that fills the context, run before it is hashed. @default none */
  readonly prepare?: string;
}

/** Health checks of the load balancer and, by `command`, of the container itself. */
export interface HealthCheckSettings {
  /** Path that answers 200 when the task may take traffic. @default "/readyz" */
  readonly path: string;
  /** Command by which ECS finds a hanging container. @default the sample's `--healthcheck` */
  readonly command: readonly string[];
  /** 5 to 300. @default 5 */
  readonly intervalSeconds: number;
  /** 2 to 60, less than the interval. @default 2 */
  readonly timeoutSeconds: number;
  /** Successes in a row that make a target healthy, 2 to 10. @default 2 */
  readonly healthyThreshold: number;
  /** Failures in a row that make a target or container unhealthy, 2 to 10. @default 2 */
  readonly unhealthyThreshold: number;
}

/** What CloudWatch makes of minutes without data. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarms-and-missing-data */
export type MissingData = "notBreaching" | "breaching" | "ignore" | "missing";

/** Alarms that turn a new version back. */
export interface AlarmSettings {
  /** Whether the program makes alarms for each slot. @default true */
  readonly enabled: boolean;
  /** Share of a minute's requests that failed, above which the version is turned back. @default 5 */
  readonly failedPercent: number;
  /** What 99 of 100 answers of a minute must not take longer than. @default 2 */
  readonly latencySeconds: number;
  /** @default "notBreaching": a version that nobody asks is not turned back */
  readonly missingData: MissingData;
  /** ARNs of alarms of your own that turn it back too. @default [] */
  readonly watch: readonly string[];
}

/** What one address is expected to answer. */
export interface Expectation {
  /** For example `/orders?limit=1`. */
  readonly path: string;
  /** 100 to 599. @default 200 */
  readonly status: number;
  /** Must be somewhere in the answer. */
  readonly contains?: string;
  /** Whether the answer must be JSON whose `release` and `digest` are those that are delivered. @default false */
  readonly release: boolean;
  /** Whether each task is asked by itself; in acceptance tests alone. @default false */
  readonly everyTask: boolean;
}

/** A test of a version, run by a task of that version. */
export interface TestSettings {
  /** What the container gets in place of its command. @default the sample's `--expect`; none of a worker, which nobody can ask */
  readonly command: readonly string[];
  /** What `command` finds in TEST_EXPECTATIONS, as JSON; of a worker always empty. @default [] */
  readonly expect: readonly Expectation[];
  /** From the start of its task to its end, 5 to 3600. @default 120 */
  readonly timeoutSeconds: number;
}

/** What becomes of the slot that has lost the traffic: kept at capacity, or without tasks. */
export type Standby = "warm" | "cold";

/** How the slot that has the traffic is scaled. At least one of the two targets is there. */
export interface ScalingSettings {
  /** Tasks that a slot has at most, `tasks` to 1000; `tasks` is the least. */
  readonly maxTasks: number;
  /** CPU that the tasks use on average, in percent of what they have, 1 to 100. @default none: CPU does not scale */
  readonly cpuPercent?: number;
  /** Requests that a task gets a minute, 1 to 1000000. @default none: requests do not scale */
  readonly requestsPerTarget?: number;
}

/** How the slot of a worker that works is scaled: nothing but its CPU tells of its load. */
export interface WorkerScalingSettings extends Omit<ScalingSettings, "requestsPerTarget"> {
  /** CPU that the tasks use on average, in percent of what they have, 1 to 100. */
  readonly cpuPercent: number;
}

/** What deliveries of both kinds of service have. */
interface AnyDeliverySettings {
  /** Services of a lower number shift first, those of one number together, 0 to 100. A release is live as a whole or not at all. @default 0 */
  readonly order: number;
  /** How long the new version is watched once it has all of the traffic, or the work, 0 to 3600. @default 300 */
  readonly bakeSeconds: number;
  /** Run before the switch, against the new version alone. @default none */
  readonly smoke?: TestSettings;
  /** Run after the switch, within the bake. @default none */
  readonly acceptance?: TestSettings;
}

/** How the traffic moves to a new version, and what turns it back. */
export interface DeliverySettings extends AnyDeliverySettings {
  /** Shares of the traffic that the new version gets, rising to 100. @default those of `strategy`: allAtOnce, canary (10 % for 5 minutes) or linear (10 % more a minute), canary unless told */
  readonly steps: readonly ShiftStep[];
  /** `warm` costs its tasks and goes back at once; `cold` costs nothing and comes up first. @default "warm" */
  readonly standby: Standby;
  readonly alarms: AlarmSettings;
}

/** How a worker gives way to its new version: the old one is stopped, so there is nothing to share in steps. */
export interface WorkerDeliverySettings extends AnyDeliverySettings {
  readonly alarms: Pick<AlarmSettings, "watch">;
}

/** What services of both kinds have. */
interface AnyServiceSettings {
  readonly image: ImageSettings;
  /** CPU units, 1024 are one vCPU. @default 256 */
  readonly cpu: number;
  /** A size that Fargate has for `cpu`. @default 512 */
  readonly memoryMiB: number;
  /** Tasks that a slot that works has at least, 1 to 1000; what scales it further is left alone. @default 2 */
  readonly tasks: number;
  /** Plain values only. @default {} */
  readonly environment: Readonly<Record<string, string>>;
  /** Names of declared secrets, by the environment variable that carries them. @default {} */
  readonly secrets: Readonly<Record<string, string>>;
  /** Replaces the command of the image. @default the image's own */
  readonly command?: readonly string[];
  /** From SIGTERM to SIGKILL, 2 to 120; of an HTTP service more than the drain. @default 30 */
  readonly stopTimeoutSeconds: number;
  /** How long a version has to become healthy before the update fails, 10 to 3600. @default 300 */
  readonly readyTimeoutSeconds: number;
}

/** An HTTP service behind the load balancer. */
export interface HttpServiceSettings extends AnyServiceSettings {
  /** Path patterns that it answers, one to four; `*` stands for any characters, `?` for one. */
  readonly paths: readonly string[];
  /** Place of its listener rule, lowest first, 1 to 25000. @default derived from the paths */
  readonly priority: number;
  /** Port that the container listens on, 1024 to 65535. */
  readonly port: number;
  /** @default none: the program scales nothing */
  readonly scaling?: ScalingSettings;
  readonly healthCheck: HealthCheckSettings;
  /** How long the load balancer lets a leaving task finish its requests. @default 5 */
  readonly drainSeconds: number;
  readonly delivery: DeliverySettings;
}

/** A service that nobody calls: it takes its work from elsewhere, a queue or a clock for example. */
export interface WorkerSettings extends AnyServiceSettings {
  /** `overlap`: whether the old and the new version may work at once. @default true */
  readonly worker: { readonly overlap: boolean };
  /** @default none: the program scales nothing */
  readonly scaling?: WorkerScalingSettings;
  /** The container's own check: nothing else tells whether it works. @default the sample's `--healthcheck` */
  readonly healthCheck: Pick<HealthCheckSettings, "command">;
  readonly delivery: WorkerDeliverySettings;
}

export type ServiceSettings = HttpServiceSettings | WorkerSettings;

export function isWorker(settings: ServiceSettings): settings is WorkerSettings {
  return "worker" in settings;
}
