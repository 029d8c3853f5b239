import * as ecs from "@pulumi/aws/ecs";
import * as pulumi from "@pulumi/pulumi";
import { askedTasks } from "../release/capacity";
import type { Revision } from "../release/revision";
import type { Slot } from "../release/slots";
import type { HttpServiceSettings } from "../settings/types";
import { effectProvider } from "./dynamic-provider";
import { PLATFORM_VERSION } from "./fargate-size";
import type { StackPlace } from "./place";
import { containerDefinitions, logStreamPrefix, TMP_VOLUME } from "./task-definition";

const slotReady = effectProvider("slot-ready");

export interface SlotServiceArgs {
  readonly place: StackPlace;
  readonly service: string;
  readonly slot: Slot;
  /** What runs in the slot. */
  readonly revision: pulumi.Input<Revision>;
  readonly settings: HttpServiceSettings;
  /** Whether the slot is to have the traffic when this update is done. */
  readonly isLive: boolean;
  readonly clusterArn: pulumi.Input<string>;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
  readonly targetGroupArn: pulumi.Input<string>;
  readonly logGroup: pulumi.Input<string>;
  readonly executionRoleArn: pulumi.Input<string>;
  readonly taskRoleArn: pulumi.Input<string>;
}

/** What the settings ask of the slot: nothing of a cold one without traffic. */
const tasksOf = ({ isLive, settings }: SlotServiceArgs): number =>
  askedTasks(isLive, { tasks: settings.tasks, standby: settings.delivery.standby });

/**
 * One slot: the task definition made from its revision, the ECS service that runs it, and the proof
 * that it is steady and healthy. The children depend on what this component depends on, so a slot
 * declared after the traffic shift is not touched before the shift is done.
 */
export class SlotService extends pulumi.ComponentResource {
  /** Done when the slot is steady and healthy. */
  readonly ready: pulumi.CustomResource;
  readonly taskDefinitionArn: pulumi.Output<string>;
  /** Of the ECS service. */
  readonly serviceName: pulumi.Output<string>;

  constructor(name: string, args: SlotServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:service:SlotService", name, {}, opts);
    const taskDefinition = this.createTaskDefinition(name, args);
    const service = this.createService(name, args, taskDefinition);
    this.ready = this.createProof(name, args, service, taskDefinition);
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
        family: `${args.place.prefix}-${name}`,
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
    const { settings, service } = args;
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
        loadBalancers: [
          {
            targetGroupArn: args.targetGroupArn,
            containerName: service,
            containerPort: pulumi.output(args.revision).apply(({ port = 0 }) => port),
          },
        ],
        // A task that starts slowly is not one that fails; the proof below gives a version that time, and no more.
        healthCheckGracePeriodSeconds: settings.readyTimeoutSeconds,
        deploymentMinimumHealthyPercent: 100,
        deploymentMaximumPercent: 200,
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

  private createProof(
    name: string,
    args: SlotServiceArgs,
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
        drainSeconds: args.settings.drainSeconds,
        ...(args.settings.scaling && { scales: true }),
        timeoutSeconds: args.settings.readyTimeoutSeconds,
      },
      { parent: this },
    );
  }
}

/** The proof that a slot runs what it should, healthy; fails the update, with the reason, where it does not. */
class SlotReady extends pulumi.dynamic.Resource {
  constructor(name: string, props: pulumi.Inputs, opts: pulumi.CustomResourceOptions) {
    super(slotReady, name, props, opts, "switchyard", "SlotReady");
  }
}
