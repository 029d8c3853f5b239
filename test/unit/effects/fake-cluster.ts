import type { WorkerInputs } from "../../../effects/worker-switch";
import { type Slot, SLOTS } from "../../../release/slots";
import { type Answer, awsError } from "./stub-aws";

interface Held {
  taskDefinition: string;
  desired: number;
  running: number;
  /** Told to stop, and not ended. */
  stopping: number;
  /** Whether its version gets healthy. */
  isSound: boolean;
}

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
  declare(slot: Slot, taskDefinition: string, isSound = true): void {
    const held = this.slots[slot] ?? { desired: 0, running: 0, stopping: 0 };
    this.slots[slot] = { ...held, taskDefinition, isSound };
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
      if (held.running < held.desired) held.running++;
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
      UpdateService: ({ service, desiredCount }) => {
        this.held(service).desired = desiredCount as number;
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
    const { taskDefinition, desired, running } = this.held(name);
    const deployment = { status: "PRIMARY", rolloutState: "COMPLETED", taskDefinition };
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
    const { isSound, taskDefinition } = this.held(taskArn.split("/")[0]);
    const image = imageOf(taskDefinition);
    return {
      taskArn,
      lastStatus: "RUNNING",
      healthStatus: isSound ? "HEALTHY" : "UNHEALTHY",
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
