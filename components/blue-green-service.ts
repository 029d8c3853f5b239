import * as pulumi from "@pulumi/pulumi";
import type { DesiredRevision, Revision } from "../release/revision";
import { sameRevision } from "../release/revision";
import { alarmName } from "../release/shift-judge";
import { assignSlots, otherSlot, type Slot, type SlotState } from "../release/slots";
import type { HttpServiceSettings } from "../settings/types";
import type { LoadBalancer } from "./load-balancer";
import type { Network } from "./network";
import { OneOffTask } from "./one-off-task";
import type { StackPlace } from "./place";
import { type ServiceParts, serviceParts } from "./service-parts";
import { SlotScaling } from "./slot-scaling";
import { SlotService } from "./slot-service";
import { StandbyGuard } from "./standby-guard";
import type { ServiceRule, ServiceTraffic } from "./traffic-shift";
import { acceptanceTest, smokeTest, type VersionTestPlace } from "./version-test";

export interface BlueGreenServiceArgs {
  readonly place: StackPlace;
  readonly settings: HttpServiceSettings;
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
    "listenerArn" | "testListenerArn" | "securityGroupId" | "arnSuffix" | "url" | "testUrl"
  >;
  /** Of the tests of a version. */
  readonly probeGroupId: pulumi.Input<string>;
}

/**
 * A service in two slots. One update is one delivery: the slot that gets something new is first freed of
 * traffic, comes up and proves itself; then the traffic of all services shifts; then the other slot is declared
 * from its record (`settle`), so that it never moves by accident.
 */
export class BlueGreenService extends pulumi.ComponentResource {
  /** How its traffic is to be shared once the slot that is to have it is up. */
  readonly traffic: ServiceTraffic;
  /** What must be there before the traffic of anything shifts: that slot, healthy, and what watches it. */
  readonly proofs: readonly pulumi.Resource[];
  private readonly args: BlueGreenServiceArgs;
  private readonly serviceName: string;
  private readonly next: SlotState<Revision | DesiredRevision>;
  private readonly contents: Record<Slot, pulumi.Output<Revision> | undefined>;
  private readonly parts: ServiceParts;
  private readonly live: SlotService;

  constructor(name: string, args: BlueGreenServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:service:BlueGreenService", name, {}, opts);
    this.serviceName = name;
    this.args = args;

    const next = assignSlots(args.previous, args.desired, sameRevision);
    this.next = next;
    this.contents = { blue: this.content("blue"), green: this.content("green") };
    this.parts = serviceParts(this, name, args, next);
    const { roles, firewall, targets } = this.parts;
    const guard = this.createGuard();

    // A task that starts before it may read its secrets or reach the registry fails.
    const live = this.createSlot(next.live, [guard, ...Object.values(targets), roles, firewall]);
    if (!live) throw new Error(`${name}: the live slot holds no revision`);
    this.live = live;
    const smoke = this.createSmokeTest(next.live, live);
    const scaling = this.createScaling(next.live, live);
    this.proofs = [live.ready, targets[next.live], ...scaling, ...(smoke ? [smoke] : [])];
    this.traffic = this.trafficTo(live);
  }

  /** Declares the other slot, once the traffic has shifted. @returns what both slots hold when this update is done */
  settle(shift: pulumi.CustomResource): pulumi.Output<SlotState<Revision>> {
    const { live } = this.next;
    const { blue, green } = this.contents;
    const other = this.createSlot(otherSlot(live), [shift]);
    if (other) this.createSmokeTest(otherSlot(live), other);
    if (other && this.args.settings.delivery.standby === "warm")
      this.createScaling(otherSlot(live), other, this.live.serviceName);
    // Known only when all is done: a delivery that fails must leave the record as it was.
    const done = pulumi.all([shift.id, this.live.ready.id, ...(other ? [other.ready.id] : [])]);
    const slots = pulumi
      .all([blue, green, done])
      .apply(([inBlue, inGreen]) => ({ live, blue: inBlue, green: inGreen }));
    this.registerOutputs({ slots });
    return slots;
  }

  private createSlot(slot: Slot, after: pulumi.Resource[]): SlotService | undefined {
    const { args, serviceName } = this;
    const { logGroup, roles, firewall, targets } = this.parts;
    const revision = this.contents[slot];
    if (!revision) return undefined;
    return new SlotService(
      `${serviceName}-${slot}`,
      {
        place: args.place,
        service: serviceName,
        slot,
        revision,
        settings: args.settings,
        isLive: slot === this.next.live,
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
  }

  /** A slot that gets the desired revision waits for its image; the other one is as it was recorded. */
  private content(slot: Slot): pulumi.Output<Revision> | undefined {
    const content = this.next[slot];
    if (!content) return undefined;
    return content === this.args.desired ? this.args.resolved : pulumi.output(content as Revision);
  }

  private rule(): ServiceRule {
    const { blue, green } = this.parts.targets;
    return {
      service: this.serviceName,
      listenerArn: this.args.balancer.listenerArn,
      priority: this.args.settings.priority,
      paths: this.args.settings.paths,
      blueTargetGroupArn: blue.targetGroupArn,
      greenTargetGroupArn: green.targetGroupArn,
      live: this.next.live,
    };
  }

  /** After the slot is up: registering a service with fewer tasks than its least starts the rest at once. */
  private createScaling(
    slot: Slot,
    { ready, serviceName }: SlotService,
    follows?: pulumi.Input<string>,
  ): SlotScaling[] {
    const { settings, place, clusterArn, balancer } = this.args;
    if (!settings.scaling) return [];
    const args = {
      prefix: place.prefix,
      settings: settings.scaling,
      tasks: settings.tasks,
      clusterArn,
      serviceName,
      balancerSuffix: balancer.arnSuffix,
      targetGroupSuffix: this.parts.targets[slot].targetGroupSuffix,
      ...(follows !== undefined && { follows }),
    };
    const opts = { parent: this, dependsOn: [ready] };
    return [new SlotScaling(`${this.serviceName}-${slot}`, args, opts)];
  }

  private createGuard(): StandbyGuard {
    const { settings, clusterArn } = this.args;
    const { tasks, readyTimeoutSeconds: timeoutSeconds } = settings;
    const wakes = { clusterArn, tasks, timeoutSeconds };
    const { contents } = this;
    return new StandbyGuard(
      this.serviceName,
      { ...this.args.place.aws, ...this.rule(), contents, wakes },
      { parent: this },
    );
  }

  /** Of what is new in a slot; that of the other slot only says that nothing has changed there. */
  private createSmokeTest(slot: Slot, service: SlotService): OneOffTask | undefined {
    const { place, settings, balancer } = this.args;
    const { smoke } = settings.delivery;
    if (!smoke) return undefined;
    return new OneOffTask(
      `${this.serviceName}-${slot}-smoke`,
      {
        ...place.aws,
        ...smokeTest(this.testPlace(slot, service), smoke, balancer.testUrl),
        triggers: [service.taskDefinitionArn],
        enabled: slot === this.next.live,
      },
      { parent: this, dependsOn: [service.ready] },
    );
  }

  private testPlace(slot: Slot, { taskDefinitionArn }: SlotService): VersionTestPlace {
    const { clusterArn, network, probeGroupId } = this.args;
    return {
      service: this.serviceName,
      slot,
      clusterArn,
      taskDefinitionArn,
      subnetIds: network.privateSubnetIds,
      probeGroupId,
      logGroup: this.parts.logGroup.name,
    };
  }

  private trafficTo(live: SlotService): ServiceTraffic {
    const { settings, clusterArn, balancer } = this.args;
    const { order, steps, bakeSeconds, alarms, acceptance } = settings.delivery;
    const slot = this.next.live;
    return {
      ...this.rule(),
      order,
      taskDefinitionArn: live.taskDefinitionArn,
      clusterArn,
      serviceName: live.serviceName,
      readyTimeoutSeconds: settings.readyTimeoutSeconds,
      minimumHealthyTargets: settings.tasks,
      steps,
      bakeSeconds,
      alarms: this.parts.targets[slot].alarms,
      watch: alarms.watch.map(alarmName),
      image: pulumi.output(this.contents[slot]).apply((content) => content?.image ?? ""),
      ...(acceptance && {
        acceptance: acceptanceTest(this.testPlace(slot, live), acceptance, balancer.url),
      }),
      ...(settings.scaling && { scales: true }),
    };
  }
}
