import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import { repositoryName } from "../release/release";
import type { DesiredRevision, Revision } from "../release/revision";
import { sameRevision, targetChecks } from "../release/revision";
import { revisionKey } from "../release/revision-key";
import { assignSlots, otherSlot, type Slot, SLOTS, type SlotState } from "../release/slots";
import type { ServiceSettings } from "../settings/types";
import { effectProvider } from "./dynamic-provider";
import type { LoadBalancer } from "./load-balancer";
import type { Network } from "./network";
import type { StackPlace } from "./place";
import { ServiceFirewall } from "./service-firewall";
import { ServiceRoles } from "./service-roles";
import { SlotService } from "./slot-service";
import { SlotTargets } from "./slot-targets";
import { TrafficShift } from "./traffic-shift";

const standbyGuard = effectProvider("standby-guard");

export interface BlueGreenServiceArgs {
  readonly place: StackPlace;
  readonly settings: ServiceSettings;
  readonly logRetentionDays: number;
  /** What both slots held after the last successful update; nothing before the first. */
  readonly previous?: SlotState<Revision> | undefined;
  readonly desired: DesiredRevision;
  /** The desired revision once its image and secrets are there. */
  readonly resolved: pulumi.Output<Revision>;
  /** Secrets that the desired revision receives. */
  readonly secretArns: readonly pulumi.Input<string>[];
  readonly clusterArn: pulumi.Input<string>;
  readonly network: Pick<Network, "vpcId" | "privateSubnetIds">;
  readonly balancer: Pick<
    LoadBalancer,
    "listenerArn" | "testListenerArn" | "securityGroupId" | "arnSuffix"
  >;
}

/**
 * A service in two slots. One update is one delivery: the slot that gets something new is first freed of
 * traffic, comes up and proves itself; then the traffic shifts; then the other slot is declared from its
 * record, so that it never moves by accident.
 */
export class BlueGreenService extends pulumi.ComponentResource {
  /** What both slots hold when this update is done. */
  readonly slots: pulumi.Output<SlotState<Revision>>;
  private readonly args: BlueGreenServiceArgs;
  private readonly serviceName: string;

  constructor(name: string, args: BlueGreenServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:service:BlueGreenService", name, {}, opts);
    this.serviceName = name;
    this.args = args;

    const next = assignSlots(args.previous, args.desired, sameRevision);
    const contents = { blue: this.content(next, "blue"), green: this.content(next, "green") };
    const logGroup = new cloudwatch.LogGroup(
      name,
      { retentionInDays: args.logRetentionDays },
      { parent: this },
    );
    const roles = this.createRoles(logGroup);
    const firewall = this.createFirewall(next);
    const targets = {
      blue: this.createTargets(next, "blue"),
      green: this.createTargets(next, "green"),
    };
    const guard = this.createGuard(next.live, contents, targets);

    const createSlot = (slot: Slot, after: pulumi.Resource[]): SlotService | undefined => {
      const revision = contents[slot];
      if (!revision) return undefined;
      return new SlotService(
        `${name}-${slot}`,
        {
          place: args.place,
          service: name,
          slot,
          revision,
          settings: args.settings,
          clusterArn: args.clusterArn,
          subnetIds: args.network.privateSubnetIds,
          securityGroupId: firewall.groupId,
          targetGroupArn: targets[slot].targetGroupArn,
          logGroup: logGroup.name,
          executionRoleArn: roles.executionRoleArn,
          taskRoleArn: roles.taskRoleArn,
        },
        { parent: this, dependsOn: after },
      );
    };
    // A task that starts before it may read its secrets or reach the registry fails.
    const live = createSlot(next.live, [guard, ...Object.values(targets), roles, firewall]);
    if (!live) throw new Error(`${name}: the live slot holds no revision`);
    const shift = this.createShift(next.live, targets, live);
    const other = createSlot(otherSlot(next.live), [shift]);

    // Known only when all is done: a delivery that fails must leave the record as it was.
    const proofs = [shift.id, live.ready.id, ...(other ? [other.ready.id] : [])];
    this.slots = pulumi
      .all([contents.blue, contents.green, pulumi.all(proofs)])
      .apply(([blue, green]) => ({ live: next.live, blue, green }));
    this.registerOutputs({ slots: this.slots });
  }

  /** A slot that gets the desired revision waits for its image; the other one is as it was recorded. */
  private content(
    next: SlotState<Revision | DesiredRevision>,
    slot: Slot,
  ): pulumi.Output<Revision> | undefined {
    const content = next[slot];
    if (!content) return undefined;
    return content === this.args.desired ? this.args.resolved : pulumi.output(content as Revision);
  }

  private createRoles(logGroup: cloudwatch.LogGroup): ServiceRoles {
    const { previous, secretArns, place } = this.args;
    const { region } = place.aws;
    const repository = repositoryName(place.project, this.serviceName);
    const repositoryArn = pulumi.interpolate`arn:${place.partition}:ecr:${region}:${place.accountId}:repository/${repository}`;
    const recorded = SLOTS.flatMap((slot) => Object.values(previous?.[slot]?.secrets ?? {}));
    const all = pulumi
      .all([...secretArns, ...recorded.map((secret) => secret.arn)])
      .apply((arns) => [...new Set(arns)].sort());
    return new ServiceRoles(
      this.serviceName,
      { repositoryArn, logGroupArn: logGroup.arn, secretArns: all },
      { parent: this },
    );
  }

  private createFirewall(next: SlotState<Revision | DesiredRevision>): ServiceFirewall {
    const { network, balancer } = this.args;
    const ports = SLOTS.flatMap((slot) => next[slot]?.port ?? []);
    return new ServiceFirewall(
      this.serviceName,
      {
        vpcId: network.vpcId,
        balancerGroupId: balancer.securityGroupId,
        ports: [...new Set(ports)].sort((a, b) => a - b),
      },
      { parent: this },
    );
  }

  /** Checked as the slot's content asks; an empty slot's as the settings do. */
  private createTargets(next: SlotState<Revision | DesiredRevision>, slot: Slot): SlotTargets {
    const { settings, network, balancer, place } = this.args;
    const checks = next[slot]?.targets ?? targetChecks(settings);
    const { vpcId } = network;
    return new SlotTargets(
      `${this.serviceName}-${slot}`,
      { slot, settings, checks, prefix: place.prefix, vpcId, balancer },
      { parent: this },
    );
  }

  private rule(targets: Record<Slot, SlotTargets>): {
    listenerArn: pulumi.Input<string>;
    priority: number;
    paths: readonly string[];
    blueTargetGroupArn: pulumi.Output<string>;
    greenTargetGroupArn: pulumi.Output<string>;
  } {
    return {
      listenerArn: this.args.balancer.listenerArn,
      priority: this.args.settings.priority,
      paths: this.args.settings.paths,
      blueTargetGroupArn: targets.blue.targetGroupArn,
      greenTargetGroupArn: targets.green.targetGroupArn,
    };
  }

  private createGuard(
    live: Slot,
    contents: Record<Slot, pulumi.Output<Revision> | undefined>,
    targets: Record<Slot, SlotTargets>,
  ): StandbyGuard {
    const keys = SLOTS.map((slot) => contents[slot]?.apply(revisionKey));
    return new StandbyGuard(
      this.serviceName,
      {
        ...this.args.place.aws,
        service: this.serviceName,
        ...this.rule(targets),
        live,
        contents: pulumi.all(keys).apply(([blue, green]) => ({ blue, green })),
      },
      { parent: this },
    );
  }

  private createShift(
    live: Slot,
    targets: Record<Slot, SlotTargets>,
    slot: SlotService,
  ): TrafficShift {
    const { settings, place } = this.args;
    const { steps, bakeSeconds, alarms } = settings.delivery;
    return new TrafficShift(
      this.serviceName,
      {
        ...place.aws,
        service: this.serviceName,
        ...this.rule(targets),
        live,
        taskDefinitionArn: slot.taskDefinitionArn,
        clusterArn: this.args.clusterArn,
        serviceName: slot.serviceName,
        readyTimeoutSeconds: settings.readyTimeoutSeconds,
        minimumHealthyTargets: settings.tasks,
        steps,
        bakeSeconds,
        alarms: targets[live].alarms,
        watch: alarms.watch.map(alarmName),
      },
      { parent: this, dependsOn: [slot.ready, targets[live]] },
    );
  }
}

/** An alarm's ARN ends in its name. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html */
const alarmName = (arn: string): string => arn.split(":alarm:").at(-1) ?? arn;

/** Takes the traffic off a slot before its content changes, should a failed run or a hand have left some there. */
class StandbyGuard extends pulumi.dynamic.Resource {
  constructor(name: string, props: pulumi.Inputs, opts: pulumi.CustomResourceOptions) {
    super(standbyGuard, name, props, opts, "switchyard", "StandbyGuard");
  }
}
