import * as pulumi from "@pulumi/pulumi";
import type { Revision } from "../release/revision";
import { alarmName } from "../release/shift-judge";
import { type Slot, type SlotState } from "../release/slots";
import type { HttpServiceSettings } from "../settings/types";
import type { OneOffTask } from "./one-off-task";
import { ServiceSlots, type SlottedServiceArgs } from "./service-slots";
import { SlotScaling } from "./slot-scaling";
import type { SlotService } from "./slot-service";
import { slotTargets, type SlotTargets } from "./slot-targets";
import { StandbyGuard } from "./standby-guard";
import type { ServiceRule, ServiceTraffic } from "./traffic-shift";
import { acceptanceTest, smokeTest } from "./version-test";

export type BlueGreenServiceArgs = SlottedServiceArgs<HttpServiceSettings>;

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
  private readonly slots: ServiceSlots;
  private readonly targets: Readonly<Record<Slot, SlotTargets>>;
  private readonly live: SlotService;

  constructor(name: string, args: BlueGreenServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:service:BlueGreenService", name, {}, opts);
    this.serviceName = name;
    this.args = args;
    const slots = new ServiceSlots(this, name, args);
    this.slots = slots;
    this.targets = slotTargets(this, name, args, slots.next);
    const { roles, firewall } = slots.parts;
    const guard = this.createGuard();

    // A task that starts before it may read its secrets or reach the registry fails.
    const needed = [guard, ...Object.values(this.targets), roles, firewall];
    const targets = this.targets[slots.live];
    const live = slots.declareLive(needed, targets.targetGroupArn);
    this.live = live;
    const smoke = this.createSmokeTest(slots.live, live);
    const scaling = this.createScaling(slots.live, live);
    this.proofs = [live.ready, targets, ...scaling, ...smoke];
    this.traffic = this.trafficTo(live);
  }

  /** Declares the other slot, once the traffic has shifted. @returns what both slots hold when this update is done */
  settle(shift: pulumi.CustomResource): pulumi.Output<SlotState<Revision>> {
    const { standby } = this.slots;
    const other = this.slots.declare(standby, [shift], this.targets[standby].targetGroupArn);
    if (other) this.createSmokeTest(standby, other);
    if (other && this.args.settings.delivery.standby === "warm")
      this.createScaling(standby, other, this.live.serviceName);
    const slots = this.slots.settled([shift, this.live.ready, ...(other ? [other.ready] : [])]);
    this.registerOutputs({ slots });
    return slots;
  }

  private rule(): ServiceRule {
    const { blue, green } = this.targets;
    return {
      service: this.serviceName,
      listenerArn: this.args.balancer.listenerArn,
      priority: this.args.settings.priority,
      paths: this.args.settings.paths,
      blueTargetGroupArn: blue.targetGroupArn,
      greenTargetGroupArn: green.targetGroupArn,
      live: this.slots.live,
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
      requestsOf: pulumi.interpolate`${balancer.arnSuffix}/${this.targets[slot].targetGroupSuffix}`,
      ...(follows !== undefined && { follows }),
    };
    const opts = { parent: this, dependsOn: [ready] };
    return [new SlotScaling(`${this.serviceName}-${slot}`, args, opts)];
  }

  private createGuard(): StandbyGuard {
    const { settings, clusterArn } = this.args;
    const { tasks, readyTimeoutSeconds: timeoutSeconds } = settings;
    const wakes = { clusterArn, tasks, timeoutSeconds };
    const { contents } = this.slots;
    return new StandbyGuard(
      this.serviceName,
      { ...this.args.place.aws, ...this.rule(), contents, wakes },
      { parent: this },
    );
  }

  private createSmokeTest(slot: Slot, service: SlotService): OneOffTask[] {
    const { settings, balancer } = this.args;
    const { smoke } = settings.delivery;
    if (!smoke) return [];
    const test = smokeTest(this.slots.testPlace(slot, service), smoke, balancer.testUrl);
    return [this.slots.declareSmokeTest(slot, service, test)];
  }

  private trafficTo(live: SlotService): ServiceTraffic {
    const { settings, clusterArn, balancer } = this.args;
    const { order, steps, bakeSeconds, alarms, acceptance } = settings.delivery;
    const slot = this.slots.live;
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
