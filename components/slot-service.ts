import * as ecs from "@pulumi/aws/ecs";
import * as pulumi from "@pulumi/pulumi";
import { askedTasks } from "../release/capacity";
import type { Revision } from "../release/revision";
import type { Slot } from "../release/slots";
import { type HttpServiceSettings, isWorker, type ServiceSettings } from "../settings/types";
import { EffectResource } from "./effect-resource";
import { PLATFORM_VERSION } from "./fargate-size";
import type { StackPlace } from "./place";
import { containerDefinitions, logStreamPrefix, TMP_VOLUME } from "./task-definition";

export interface SlotServiceArgs {
  readonly place: StackPlace;
  readonly service: string;
  readonly slot: Slot;
  /** What runs in the slot. */
  readonly revision: pulumi.Input<Revision>;
  readonly settings: ServiceSettings;
  /** Whether the slot is to have the traffic when this update is done. */
  readonly isLive: boolean;
  readonly clusterArn: pulumi.Input<string>;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
  /** Where the load balancer finds its tasks; a worker has none. */
  readonly targetGroupArn?: pulumi.Input<string>;
  readonly logGroup: pulumi.Input<string>;
  readonly executionRoleArn: pulumi.Input<string>;
  readonly taskRoleArn: pulumi.Input<string>;
}

/** What the settings ask of the slot: nothing of a cold one without traffic, or of a worker before its switch. */
const tasksOf = ({ isLive, settings }: SlotServiceArgs): number =>
  isWorker(settings)
    ? 0
    : askedTasks(isLive, { tasks: settings.tasks, standby: settings.delivery.standby });

/** Of a slot's task definitions. */
export const taskFamily = ({ prefix }: StackPlace, name: string): string => `${prefix}-${name}`;

/**
 * One slot: the task definition made from its revision, the ECS service that runs it, and the proof
 * that it is steady and healthy; a worker's is started, and proven, by the traffic shift. The children depend on what this component depends on, so a slot
 * declared after the traffic shift is not touched before the shift is done.
 */
export class SlotService extends pulumi.ComponentResource {
  /** Done when the slot is steady and healthy; of a worker, when it can be started. */
  readonly ready: pulumi.CustomResource;
  readonly taskDefinitionArn: pulumi.Output<string>;
  /** Of the ECS service. */
  readonly serviceName: pulumi.Output<string>;

  constructor(name: string, args: SlotServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:service:SlotService", name, {}, opts);
    const taskDefinition = this.createTaskDefinition(name, args);
    const service = this.createService(name, args, taskDefinition);
    this.ready = isWorker(args.settings)
      ? service
      : this.createProof(name, args, args.settings, service, taskDefinition);
    this.taskDefinitionArn = taskDefinition.arn;
    this.serviceName = service.name;
    this.registerOutputs({ taskDefinitionArn: taskDefinition.arn, serviceName: service.name });
  }

  private createTaskDefinition(name: string, args: SlotServiceArgs): ecs.TaskDefinition {
    const revision = pulumi.output(args.revision);
    const definitions = pulumi
      .all([revision, args.logGroup])
      .apply(([content, logGroup]) =>
        containerDefinitions(content, { slot: args.slot, logGroup, region: args.place.aws.region }),
      );
    return new ecs.TaskDefinition(
      name,
      {
        family: taskFamily(args.place, name),
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        cpu: revision.apply((content) => String(content.cpu)),
        memory: revision.apply((content) => String(content.memoryMiB)),
        runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
        executionRoleArn: args.executionRoleArn,
        taskRoleArn: args.taskRoleArn,
        volumes: [{ name: TMP_VOLUME }],
        containerDefinitions: definitions,
      },
      { parent: this },
    );
  }

  private createService(
    name: string,
    args: SlotServiceArgs,
    taskDefinition: ecs.TaskDefinition,
  ): ecs.Service {
    const { settings } = args;
    // Where two versions may not work at once, a task that fails ends before another takes its place.
    const mayOverlap = !isWorker(settings) || settings.worker.overlap;
    return new ecs.Service(
      name,
      {
        cluster: args.clusterArn,
        taskDefinition: taskDefinition.arn,
        desiredCount: tasksOf(args),
        launchType: "FARGATE",
        platformVersion: PLATFORM_VERSION,
        networkConfiguration: {
          subnets: [...args.subnetIds],
          securityGroups: [args.securityGroupId],
          assignPublicIp: false,
        },
        ...this.behindBalancer(args),
        deploymentMinimumHealthyPercent: mayOverlap ? 100 : 0,
        deploymentMaximumPercent: mayOverlap ? 200 : 100,
        // A version that fails is given up, not replaced by another behind the program's back.
        deploymentCircuitBreaker: { enable: true, rollback: false },
        propagateTags: "SERVICE",
        // The proof below waits, says why when it fails, and knows a failure from a roll-back.
        waitForSteadyState: false,
      },
      // A policy or a hand may have scaled it; an update that knows nothing of that must not undo it.
      { parent: this, ignoreChanges: ["desiredCount"] },
    );
  }

  private behindBalancer(
    args: SlotServiceArgs,
  ): Pick<ecs.ServiceArgs, "loadBalancers" | "healthCheckGracePeriodSeconds"> {
    const { targetGroupArn, service, settings } = args;
    if (targetGroupArn === undefined) return {};
    const containerPort = pulumi.output(args.revision).apply(({ port }) => {
      if (port === undefined)
        throw new Error(`${service}: a version without a port has no targets`);
      return port;
    });
    return {
      loadBalancers: [{ targetGroupArn, containerName: service, containerPort }],
      // A task that starts slowly is not one that fails; the proof gives a version that time, and no more.
      healthCheckGracePeriodSeconds: settings.readyTimeoutSeconds,
    };
  }

  private createProof(
    name: string,
    args: SlotServiceArgs,
    settings: HttpServiceSettings,
    service: ecs.Service,
    taskDefinition: ecs.TaskDefinition,
  ): SlotReady {
    return new SlotReady(
      name,
      {
        ...args.place.aws,
        service: args.service,
        slot: args.slot,
        clusterArn: args.clusterArn,
        serviceName: service.name,
        taskDefinitionArn: taskDefinition.arn,
        targetGroupArn: args.targetGroupArn,
        containerName: args.service,
        logGroup: args.logGroup,
        logStreamPrefix: logStreamPrefix(args.service, args.slot),
        tasks: tasksOf(args),
        drainSeconds: settings.drainSeconds,
        timeoutSeconds: settings.readyTimeoutSeconds,
      },
      { parent: this },
    );
  }
}

/** The proof that a slot runs what it should, healthy; fails the update, with the reason, where it does not. */
class SlotReady extends EffectResource {
  constructor(name: string, props: pulumi.Inputs, opts: pulumi.CustomResourceOptions) {
    super("slot-ready", "SlotReady", name, props, opts);
  }
}
