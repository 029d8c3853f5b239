import * as pulumi from "@pulumi/pulumi";
import { askedOf } from "../release/rehearsal/asked";
import type { Revision } from "../release/revision";
import { alarmName } from "../release/shift-judge";
import { type Slot, type SlotState } from "../release/slots";
import type { HttpServiceSettings } from "../settings/types";
import type { OneOffTask } from "./one-off-task";
import type { ServiceRehearsal } from "./rollback-rehearsal";
import { ServiceSlots, type ServiceUp, type SlottedServiceArgs } from "./service-slots";
import { SlotScaling } from "./slot-scaling";
import type { SlotService } from "./slot-service";
import { slotTargets, type SlotTargets } from "./slot-targets";
import type { GuardedService } from "./standby-guard";
import type { ServiceRule, ServiceTraffic } from "./traffic-shift";
import { acceptanceTest, smokeTest } from "./version-test";

export type BlueGreenServiceArgs = SlottedServiceArgs<HttpServiceSettings>;

/**
 * A service in two slots. One update is one delivery: the slot that gets something new is first freed of
 * traffic by the guard of all services, comes up and proves itself (`bringUp`); then the traffic of all services
 * shifts; then the other slot is declared from its record (`settle`), so that it never moves by accident.
 */
export class BlueGreenService extends pulumi.ComponentResource {
  /** What the guard must know of its slots before anything changes in one. */
  readonly guarded: GuardedService;
  private readonly args: BlueGreenServiceArgs;
  private readonly serviceName: string;
  private readonly slots: ServiceSlots;
  private readonly targets: Readonly<Record<Slot, SlotTargets>>;

  constructor(name: string, args: BlueGreenServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:service:BlueGreenService", name, {}, opts);
    this.serviceName = name;
    this.args = args;
    const slots = new ServiceSlots(this, name, args);
    this.slots = slots;
    this.targets = slotTargets(this, name, args, slots.next);
    this.guarded = { ...this.rule(), ...this.capacity(), contents: slots.contents };
  }

  /** Declares the slot that is to have the traffic, once none goes where something new is to be. */
  bringUp(guard: pulumi.Resource): ServiceUp & { readonly traffic: ServiceTraffic } {
    const { slots } = this;
    const { roles, firewall } = slots.parts;
    // A task that starts before it may read its secrets or reach the registry fails.
    const needed = [guard, ...Object.values(this.targets), roles, firewall];
    const targets = this.targets[slots.live];
    const live = slots.declareLive(needed, targets.targetGroupArn);
    const smoke = this.createSmokeTest(slots.live, live);
    const scaling = this.createScaling(slots.live, live);
    return {
      traffic: this.trafficTo(live),
      rehearsal: this.rehearsal(),
      proofs: [live.ready, targets, ...scaling, ...(smoke ? [smoke] : [])],
      ...(smoke && { smoke }),
      settle: (shift) => this.settle(live, shift),
    };
  }

  private rehearsal(): ServiceRehearsal {
    const { previous, settings } = this.args;
    const before = previous?.[previous.live]?.release;
    return {
      asked: askedOf(settings),
      ...(this.slots.returns && { returns: true }),
      ...(before === undefined ? { isNew: true } : { before }),
    };
  }

  private settle(
    live: SlotService,
    shift: pulumi.CustomResource,
  ): pulumi.Output<SlotState<Revision>> {
    const { standby } = this.slots;
    const other = this.slots.declare(standby, [shift], this.targets[standby].targetGroupArn);
    if (other) this.createSmokeTest(standby, other);
    if (other && this.args.settings.delivery.standby === "warm")
      this.createScaling(standby, other, live.serviceName);
    const slots = this.slots.settled([shift, live.ready, ...(other ? [other.ready] : [])]);
    this.registerOutputs({ slots });
    return slots;
  }

  private rule(): ServiceRule {
    const { blue, green } = this.targets;
    const { live } = this.slots;
    const from = this.args.previous?.live ?? live;
    return {
      service: this.serviceName,
      listenerArn: this.args.balancer.listenerArn,
      priority: this.args.settings.priority,
      paths: this.args.settings.paths,
      blueTargetGroupArn: blue.targetGroupArn,
      greenTargetGroupArn: green.targetGroupArn,
      live,
      ...(from !== live && { from }),
    };
  }

  /** What a slot must have before it gets traffic, and when that is due. */
  private capacity(): Pick<
    ServiceTraffic,
    "order" | "clusterArn" | "minimumHealthyTargets" | "readyTimeoutSeconds"
  > {
    const { clusterArn, settings } = this.args;
    const { tasks: minimumHealthyTargets, readyTimeoutSeconds, delivery } = settings;
    return { order: delivery.order, clusterArn, minimumHealthyTargets, readyTimeoutSeconds };
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
      requestsOf: pulumi.interpolate`${balancer.arnSuffix}/${this.targets[slot].targetGroupSuffix}`,
      ...(follows !== undefined && { follows }),
    };
    const opts = { parent: this, dependsOn: [ready] };
    return [new SlotScaling(`${this.serviceName}-${slot}`, args, opts)];
  }

  private createSmokeTest(slot: Slot, service: SlotService): OneOffTask | undefined {
    const { settings, balancer } = this.args;
    const { smoke } = settings.delivery;
    if (!smoke) return undefined;
    const test = smokeTest(this.slots.testPlace(slot, service), smoke, balancer.testUrl);
    return this.slots.declareSmokeTest(slot, service, test);
  }

  private trafficTo(live: SlotService): ServiceTraffic {
    const { settings, balancer } = this.args;
    const { steps, bakeSeconds, alarms, acceptance } = settings.delivery;
    const slot = this.slots.live;
    return {
      ...this.rule(),
      ...this.capacity(),
      taskDefinitionArn: live.taskDefinitionArn,
      serviceName: live.serviceName,
      steps,
      bakeSeconds,
      alarms: this.targets[slot].alarms,
      watch: alarms.watch.map(alarmName),
      image: this.slots.liveImage,
      ...(acceptance && {
        acceptance: acceptanceTest(this.slots.testPlace(slot, live), acceptance, balancer.url),
      }),
      ...(settings.scaling && { scales: true }),
    };
  }
}
