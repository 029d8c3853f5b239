import * as pulumi from "@pulumi/pulumi";
import type { DesiredRevision, Revision } from "../release/revision";
import { sameRevision } from "../release/revision";
import { assignSlots, otherSlot, type Slot, type SlotState } from "../release/slots";
import type { ServiceSettings } from "../settings/types";
import type { LoadBalancer } from "./load-balancer";
import type { Network } from "./network";
import { OneOffTask } from "./one-off-task";
import type { ServiceRehearsal } from "./rollback-rehearsal";
import type { StackPlace } from "./place";
import { type ServiceParts, serviceParts } from "./service-parts";
import { SlotService } from "./slot-service";
import type { SwitchedService } from "./traffic-shift";
import type { VersionTest, VersionTestPlace } from "./version-test";

export interface SlottedServiceArgs<S extends ServiceSettings = ServiceSettings> {
  readonly place: StackPlace;
  readonly settings: S;
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

/** A service whose slot that is to be live is declared. */
export interface ServiceUp extends SwitchedService {
  /** The smoke test of its version. @default it has none */
  readonly smoke?: OneOffTask;
  /** What a rehearsal of its rollback needs to know. @default it has no traffic */
  readonly rehearsal?: ServiceRehearsal;
  /** Declares the other slot, once the release has shifted. @returns what both slots hold when this update is done */
  readonly settle: (shift: pulumi.CustomResource) => pulumi.Output<SlotState<Revision>>;
}

/** Both slots of a service: what each is to hold, what they share, and how they are declared. */
export class ServiceSlots {
  /** What each slot holds when this update is done, and which of them is live. */
  readonly next: SlotState<Revision | DesiredRevision>;
  readonly contents: Readonly<Record<Slot, pulumi.Output<Revision> | undefined>>;
  readonly parts: ServiceParts;
  private readonly service: pulumi.ComponentResource;
  private readonly name: string;
  private readonly args: SlottedServiceArgs;

  /** @param service the component whose slots these are */
  constructor(service: pulumi.ComponentResource, name: string, args: SlottedServiceArgs) {
    this.service = service;
    this.name = name;
    this.args = args;
    this.next = assignSlots(args.previous, args.desired, sameRevision);
    this.contents = { blue: this.content("blue"), green: this.content("green") };
    this.parts = serviceParts(service, name, args, this.next);
  }

  get live(): Slot {
    return this.next.live;
  }

  get standby(): Slot {
    return otherSlot(this.next.live);
  }

  /** Whether this update goes back, to a version that the record knows in the standby. */
  get returns(): boolean {
    const { next, args } = this;
    return args.previous?.live === this.standby && next[next.live] !== args.desired;
  }

  /** A slot that gets the desired revision waits for its image; the other one is as it was recorded. */
  private content(slot: Slot): pulumi.Output<Revision> | undefined {
    const content = this.next[slot];
    if (!content) return undefined;
    return content === this.args.desired ? this.args.resolved : pulumi.output(content as Revision);
  }

  /** `REPOSITORY@DIGEST` that the live slot is to run. */
  get liveImage(): pulumi.Output<string> {
    return pulumi.output(this.contents[this.live]).apply((content) => content?.image ?? "");
  }

  /** @param targetGroupArn where the load balancer finds its tasks; nothing of a worker */
  declareLive(after: pulumi.Resource[], targetGroupArn?: pulumi.Input<string>): SlotService {
    const live = this.declare(this.live, after, targetGroupArn);
    if (!live) throw new Error(`${this.name}: the live slot holds no revision`);
    return live;
  }

  /** @returns nothing for an empty slot */
  declare(
    slot: Slot,
    after: pulumi.Resource[],
    targetGroupArn?: pulumi.Input<string>,
  ): SlotService | undefined {
    const { args, name } = this;
    const { logGroup, roles, firewall } = this.parts;
    const revision = this.contents[slot];
    if (!revision) return undefined;
    return new SlotService(
      `${name}-${slot}`,
      {
        place: args.place,
        service: name,
        slot,
        revision,
        settings: args.settings,
        isLive: slot === this.live,
        clusterArn: args.clusterArn,
        subnetIds: args.network.privateSubnetIds,
        securityGroupId: firewall.groupId,
        ...(targetGroupArn !== undefined && { targetGroupArn }),
        logGroup: logGroup.name,
        executionRoleArn: roles.executionRoleArn,
        taskRoleArn: roles.taskRoleArn,
      },
      { parent: this.service, dependsOn: after },
    );
  }

  /** Of what is new in a slot; that of the other slot only says that nothing has changed there. */
  declareSmokeTest(
    slot: Slot,
    { taskDefinitionArn, ready }: SlotService,
    test: VersionTest,
  ): OneOffTask {
    return new OneOffTask(
      `${this.name}-${slot}-smoke`,
      {
        ...this.args.place.aws,
        ...test,
        triggers: [taskDefinitionArn],
        enabled: slot === this.live,
      },
      { parent: this.service, dependsOn: [ready] },
    );
  }

  testPlace(slot: Slot, { taskDefinitionArn }: SlotService): VersionTestPlace {
    const { clusterArn, network, probeGroupId } = this.args;
    return {
      service: this.name,
      slot,
      clusterArn,
      taskDefinitionArn,
      subnetIds: network.privateSubnetIds,
      probeGroupId,
      logGroup: this.parts.logGroup.name,
    };
  }

  /** Known only when all is done: a delivery that fails must leave the record as it was. */
  settled(done: readonly pulumi.CustomResource[]): pulumi.Output<SlotState<Revision>> {
    const { blue, green } = this.contents;
    return pulumi
      .all([blue, green, pulumi.all(done.map(({ id }) => id))])
      .apply(([inBlue, inGreen]) => ({ live: this.live, blue: inBlue, green: inGreen }));
  }
}
