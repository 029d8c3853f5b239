import * as pulumi from "@pulumi/pulumi";
import type { Revision } from "../release/revision";
import { alarmName } from "../release/shift-judge";
import { type Slot, type SlotState } from "../release/slots";
import type { WorkerSettings } from "../settings/types";
import type { OneOffTask } from "./one-off-task";
import { ServiceSlots, type ServiceUp, type SlottedServiceArgs } from "./service-slots";
import { SlotScaling } from "./slot-scaling";
import { type SlotService, taskFamily } from "./slot-service";
import { logStreamPrefix } from "./task-definition";
import type { GuardedWorker } from "./standby-guard";
import type { WorkerPlace, WorkerSwitchover } from "./traffic-shift";
import { workerTest } from "./version-test";

export type BlueGreenWorkerArgs = SlottedServiceArgs<WorkerSettings>;

/**
 * A service that nobody calls, in two slots. A task of it that runs works, so the slot that gets something new is
 * declared without tasks (`bringUp`) and the traffic shift starts it, stops the other one, and puts both back where the
 * release can't be live as a whole. The slot that does not work rests.
 */
export class BlueGreenWorker extends pulumi.ComponentResource {
  /** What the guard must know of its slots before anything changes in one. */
  readonly guarded: GuardedWorker;
  private readonly args: BlueGreenWorkerArgs;
  private readonly serviceName: string;
  private readonly slots: ServiceSlots;

  constructor(name: string, args: BlueGreenWorkerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:service:BlueGreenWorker", name, {}, opts);
    this.serviceName = name;
    this.args = args;
    this.slots = new ServiceSlots(this, name, args);
    this.guarded = { ...this.whole(), contents: this.slots.contents };
  }

  /** Declares the slot that is to work, once nothing works where something new is to be. */
  bringUp(guard: pulumi.Resource): ServiceUp & { readonly work: WorkerSwitchover } {
    const { slots } = this;
    const { roles, firewall } = slots.parts;
    const live = slots.declareLive([guard, roles, firewall]);
    const smoke = this.createSmokeTest(slots.live, live);
    return {
      work: this.workTo(live),
      proofs: [live.ready, ...(smoke ? [smoke] : [])],
      ...(smoke && { smoke }),
      settle: (shift) => this.settle(live, shift),
    };
  }

  private settle(
    live: SlotService,
    shift: pulumi.CustomResource,
  ): pulumi.Output<SlotState<Revision>> {
    const { standby } = this.slots;
    const other = this.slots.declare(standby, [shift]);
    if (other) this.createSmokeTest(standby, other);
    this.createScaling(live, shift);
    const slots = this.slots.settled([shift, live.ready, ...(other ? [other.ready] : [])]);
    this.registerOutputs({ slots });
    return slots;
  }

  /** After the switch: registering a service with fewer tasks than its least starts the rest at once. */
  private createScaling({ serviceName }: SlotService, shift: pulumi.CustomResource): void {
    const { settings, place, clusterArn } = this.args;
    const { scaling, tasks } = settings;
    if (!scaling) return;
    new SlotScaling(
      `${this.serviceName}-${this.slots.live}`,
      { prefix: place.prefix, settings: scaling, tasks, clusterArn, serviceName },
      { parent: this, dependsOn: [shift] },
    );
  }

  private createSmokeTest(slot: Slot, service: SlotService): OneOffTask | undefined {
    const { smoke } = this.args.settings.delivery;
    if (!smoke) return undefined;
    const test = workerTest("smoke", this.slots.testPlace(slot, service), smoke);
    return this.slots.declareSmokeTest(slot, service, test);
  }

  private whole(): WorkerPlace {
    const { settings, place, clusterArn, previous } = this.args;
    const { live } = this.slots;
    const from = previous?.live ?? live;
    const name = this.serviceName;
    const [blue, green] = [`${name}-blue`, `${name}-green`];
    return {
      service: name,
      order: settings.delivery.order,
      live,
      ...(from !== live && { from }),
      ...(!previous && { isNew: true }),
      clusterArn,
      families: { blue: taskFamily(place, blue), green: taskFamily(place, green) },
      logGroup: this.slots.parts.logGroup.name,
      logStreamPrefixes: {
        blue: logStreamPrefix(name, "blue"),
        green: logStreamPrefix(name, "green"),
      },
      tasks: settings.tasks,
      overlap: settings.worker.overlap,
      readyTimeoutSeconds: settings.readyTimeoutSeconds,
      ...(settings.scaling && { scales: true }),
    };
  }

  private workTo(live: SlotService): WorkerSwitchover {
    const { slots } = this;
    const { bakeSeconds, alarms, acceptance } = this.args.settings.delivery;
    return {
      ...this.whole(),
      serviceName: live.serviceName,
      taskDefinitionArn: live.taskDefinitionArn,
      bakeSeconds,
      watch: alarms.watch.map(alarmName),
      image: slots.liveImage,
      ...(acceptance && {
        acceptance: workerTest("acceptance", slots.testPlace(slots.live, live), acceptance),
      }),
    };
  }
}
