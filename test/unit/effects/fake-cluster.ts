import type { WorkerInputs } from "../../../effects/worker";
import { type Slot, SLOTS } from "../../../release/slots";
import { type Answer, awsError } from "./stub-aws";

interface Held {
  taskDefinition: string;
  desired: number;
  running: number;
  /** Told to stop, and not ended. */
  stopping: number;
  /** What becomes of its tasks. */
  version: Version;
  /** Whether its tasks were started by a deployment, whose breaker counts those that end. */
  isDeployed: boolean;
}

/** One that gets healthy, one that does not, and one whose tasks end as soon as they have started. */
type Version = "sound" | "ailing" | "crashing";

/** Looks at a cluster that it takes until tasks that are to stop have ended. */
const LOOKS_TO_STOP = 3;

/** ECS with the two slots of one worker, `jobs`. Tasks start and stop while somebody looks. */
export class FakeCluster {
  readonly slots: Partial<Record<Slot, Held>> = {};
  /** Called after each call, with both slots as they are then. */
  onChange: () => void = () => undefined;
  /** Alarms that fire. */
  readonly firing = new Set<string>();
  private looks = 0;

  /** Makes the service of a slot, or gives it another task definition. */
  declare(slot: Slot, taskDefinition: string, version: Version = "sound"): void {
    const idle = { desired: 0, running: 0, stopping: 0, isDeployed: false };
    const held = this.slots[slot] ?? idle;
    this.slots[slot] = { ...held, taskDefinition, version };
  }

  /** Tasks that work, or have not ended yet. */
  tasksIn(slot: Slot): number {
    const { running = 0, stopping = 0 } = this.slots[slot] ?? {};
    return running + stopping;
  }

  private held(service: unknown): Held {
    const name = String(service);
    const slot = SLOTS.find((each) => name === `jobs-${each}`);
    const held = slot && this.slots[slot];
    if (!held) throw awsError("ServiceNotFoundException");
    return held;
  }

  private pass(): void {
    this.looks++;
    for (const held of Object.values(this.slots)) {
      if (held.running < held.desired && held.version !== "crashing") held.running++;
      if (held.running > held.desired) {
        held.stopping += held.running - held.desired;
        held.running = held.desired;
      } else if (this.looks % LOOKS_TO_STOP === 0) held.stopping = 0;
    }
    this.onChange();
  }

  get answers(): Record<string, Answer> {
    return {
      ListServices: () => ({ serviceArns: Object.keys(this.slots).map((slot) => `jobs-${slot}`) }),
      DescribeServices: ({ services }) => {
        this.pass();
        return { services: (services as string[]).map((name) => this.service(name)) };
      },
      DescribeScalableTargets: () => ({ ScalableTargets: [] }),
      UpdateService: ({ service, desiredCount, forceNewDeployment }) => {
        const held = this.held(service);
        held.desired = desiredCount as number;
        held.isDeployed ||= forceNewDeployment === true;
        return {};
      },
      ListTasks: ({ serviceName, desiredStatus }) => {
        this.pass();
        const { running, stopping } = this.held(serviceName);
        const count = desiredStatus === "STOPPED" ? stopping : running;
        const taskArns = Array.from(
          { length: count },
          (_, index) => `${String(serviceName)}/${index}`,
        );
        return { taskArns };
      },
      DescribeTasks: ({ tasks }) => ({
        tasks: (tasks as string[]).map((taskArn) => this.task(taskArn)),
      }),
      DescribeAlarms: ({ AlarmNames }) => ({
        MetricAlarms: (AlarmNames as string[]).map((AlarmName) => ({
          AlarmName,
          StateValue: this.firing.has(AlarmName) ? "ALARM" : "OK",
          StateReason: "it is bad",
        })),
      }),
      GetLogEvents: () => ({ events: [{ message: "no queue" }] }),
    };
  }

  private service(name: string): object {
    const { taskDefinition, desired, running, version, isDeployed } = this.held(name);
    const isGivenUp = version === "crashing" && isDeployed;
    const rollout = isGivenUp
      ? { rolloutState: "FAILED", rolloutStateReason: "the circuit breaker was triggered" }
      : { rolloutState: "COMPLETED" };
    const deployment = { status: "PRIMARY", taskDefinition, ...rollout };
    return {
      status: "ACTIVE",
      serviceName: name,
      taskDefinition,
      desiredCount: desired,
      runningCount: running,
      deployments: [{ ...deployment, runningCount: running }],
    };
  }

  private task(taskArn: string): object {
    const { version, taskDefinition } = this.held(taskArn.split("/")[0]);
    const image = imageOf(taskDefinition);
    return {
      taskArn,
      taskDefinitionArn: taskDefinition,
      lastStatus: "RUNNING",
      healthStatus: version === "sound" ? "HEALTHY" : "UNHEALTHY",
      containers: [{ name: "jobs", image, imageDigest: image }],
    };
  }
}

export const imageOf = (taskDefinition: string): string => `repository@${taskDefinition}`;

/** A task definition of a slot of the worker. */
export const taskDefinition = (slot: Slot, version: number): string =>
  `arn:aws:ecs:us-east-1:111111111111:task-definition/shop-jobs-${slot}:${version}`;

type Worker = Omit<WorkerInputs, "region">;

/** What `jobs` asks of the traffic shift: its tasks in one slot. */
export function jobs(live: Slot, version: number, changes: Partial<Worker> = {}): Worker {
  const taskDefinitionArn = taskDefinition(live, version);
  return {
    service: "jobs",
    order: 0,
    live,
    clusterArn: "arn:cluster",
    serviceName: `jobs-${live}`,
    taskDefinitionArn,
    families: { blue: "shop-jobs-blue", green: "shop-jobs-green" },
    logGroup: "jobs-logs",
    logStreamPrefixes: { blue: "jobs-blue", green: "jobs-green" },
    tasks: 2,
    overlap: true,
    readyTimeoutSeconds: 20,
    bakeSeconds: 5,
    watch: [],
    image: imageOf(taskDefinitionArn),
    ...changes,
  };
}
