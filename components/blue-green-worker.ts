import * as pulumi from "@pulumi/pulumi";
import type { Revision } from "../release/revision";
import { alarmName } from "../release/shift-judge";
import { type Slot, type SlotState } from "../release/slots";
import type { WorkerSettings } from "../settings/types";
import type { OneOffTask } from "./one-off-task";
import { ServiceSlots, type SlottedServiceArgs } from "./service-slots";
import { SlotScaling } from "./slot-scaling";
import { type SlotService, taskFamily } from "./slot-service";
import { logStreamPrefix } from "./task-definition";
import type { WorkerSwitchover } from "./traffic-shift";
import { workerTest } from "./version-test";

export type BlueGreenWorkerArgs = SlottedServiceArgs<WorkerSettings>;

/**
 * A service that nobody calls, in two slots. A task of it that runs works, so the slot that gets something new is
 * declared without tasks and the traffic shift starts it, stops the other one, and puts both back where the release
 * can't be live as a whole. The slot that does not work rests.
 */
export class BlueGreenWorker extends pulumi.ComponentResource {
  /** How the work is to go over to the slot that is to do it. */
  readonly work: WorkerSwitchover;
  /** What must be there before anything of the release shifts. */
  readonly proofs: readonly pulumi.Resource[];
  private readonly args: BlueGreenWorkerArgs;
  private readonly serviceName: string;
  private readonly slots: ServiceSlots;
  private readonly live: SlotService;

  constructor(name: string, args: BlueGreenWorkerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:service:BlueGreenWorker", name, {}, opts);
    this.serviceName = name;
    this.args = args;
    const slots = new ServiceSlots(this, name, args);
    this.slots = slots;
    const { roles, firewall } = slots.parts;
    const live = slots.declareLive([roles, firewall]);
    this.live = live;
    this.proofs = [live.ready, ...this.createSmokeTest(slots.live, live)];
    this.work = this.workTo(live);
  }

  /** Declares the other slot, once it rests. @returns what both slots hold when this update is done */
  settle(shift: pulumi.CustomResource): pulumi.Output<SlotState<Revision>> {
    const { standby } = this.slots;
    const other = this.slots.declare(standby, [shift]);
    if (other) this.createSmokeTest(standby, other);
    this.createScaling(shift);
    const slots = this.slots.settled([shift, this.live.ready, ...(other ? [other.ready] : [])]);
    this.registerOutputs({ slots });
    return slots;
  }

  /** After the switch: registering a service with fewer tasks than its least starts the rest at once. */
  private createScaling(shift: pulumi.CustomResource): void {
    const { settings, place, clusterArn } = this.args;
    const { scaling, tasks } = settings;
    if (!scaling) return;
    const { serviceName } = this.live;
    new SlotScaling(
      `${this.serviceName}-${this.slots.live}`,
      { prefix: place.prefix, settings: scaling, tasks, clusterArn, serviceName },
      { parent: this, dependsOn: [shift] },
    );
  }

  private createSmokeTest(slot: Slot, service: SlotService): OneOffTask[] {
    const { smoke } = this.args.settings.delivery;
    if (!smoke) return [];
    const test = workerTest("smoke", this.slots.testPlace(slot, service), smoke);
    return [this.slots.declareSmokeTest(slot, service, test)];
  }

  private workTo(live: SlotService): WorkerSwitchover {
    const { settings, place, clusterArn } = this.args;
    const { order, bakeSeconds, alarms, acceptance } = settings.delivery;
    const name = this.serviceName;
    return {
      service: name,
      order,
      live: this.slots.live,
      clusterArn,
      serviceName: live.serviceName,
      taskDefinitionArn: live.taskDefinitionArn,
      families: {
        blue: taskFamily(place, `${name}-blue`),
        green: taskFamily(place, `${name}-green`),
      },
      logGroup: this.slots.parts.logGroup.name,
      logStreamPrefixes: {
        blue: logStreamPrefix(name, "blue"),
        green: logStreamPrefix(name, "green"),
      },
      tasks: settings.tasks,
      overlap: settings.worker.overlap,
      readyTimeoutSeconds: settings.readyTimeoutSeconds,
      bakeSeconds,
      watch: alarms.watch.map(alarmName),
      image: this.slots.liveImage,
      ...(acceptance && {
        acceptance: workerTest(
          "acceptance",
          this.slots.testPlace(this.slots.live, live),
          acceptance,
        ),
      }),
      ...(settings.scaling && { scales: true }),
    };
  }
}
