import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import { repositoryName } from "../release/release";
import { type DesiredRevision, type Revision, targetChecks } from "../release/revision";
import { type Slot, SLOTS, type SlotState } from "../release/slots";
import type { BlueGreenServiceArgs } from "./blue-green-service";
import { ServiceFirewall } from "./service-firewall";
import { ServiceRoles } from "./service-roles";
import { SlotTargets } from "./slot-targets";

/** What both slots share, and where each is found. */
export interface ServiceParts {
  readonly logGroup: cloudwatch.LogGroup;
  readonly roles: ServiceRoles;
  readonly firewall: ServiceFirewall;
  readonly targets: Record<Slot, SlotTargets>;
}

interface Whole {
  readonly parent: pulumi.ComponentResource;
  readonly name: string;
  readonly args: BlueGreenServiceArgs;
  readonly next: SlotState<Revision | DesiredRevision>;
}

export function serviceParts(
  parent: pulumi.ComponentResource,
  name: string,
  args: BlueGreenServiceArgs,
  next: SlotState<Revision | DesiredRevision>,
): ServiceParts {
  const whole = { parent, name, args, next };
  const logGroup = new cloudwatch.LogGroup(
    name,
    { retentionInDays: args.logRetentionDays },
    { parent },
  );
  const roles = createRoles(whole, logGroup);
  const firewall = createFirewall(whole);
  const targets = { blue: createTargets(whole, "blue"), green: createTargets(whole, "green") };
  return { logGroup, roles, firewall, targets };
}

function createRoles(whole: Whole, logGroup: cloudwatch.LogGroup): ServiceRoles {
  const { parent, name, args } = whole;
  const { previous, secretArns, place } = args;
  const { region } = place.aws;
  const repository = repositoryName(place.project, name);
  const repositoryArn = pulumi.interpolate`arn:${place.partition}:ecr:${region}:${place.accountId}:repository/${repository}`;
  const recorded = SLOTS.flatMap((slot) => Object.values(previous?.[slot]?.secrets ?? {}));
  const all = pulumi
    .all([...secretArns, ...recorded.map((secret) => secret.arn)])
    .apply((arns) => [...new Set(arns)].sort());
  return new ServiceRoles(
    name,
    { repositoryArn, logGroupArn: logGroup.arn, secretArns: all },
    { parent },
  );
}

function createFirewall({ parent, name, args, next }: Whole): ServiceFirewall {
  const { network, balancer, probeGroupId } = args;
  const ports = SLOTS.flatMap((slot) => next[slot]?.port ?? []);
  return new ServiceFirewall(
    name,
    {
      vpcId: network.vpcId,
      balancerGroupId: balancer.securityGroupId,
      probeGroupId,
      ports: [...new Set(ports)].sort((a, b) => a - b),
    },
    { parent },
  );
}

/** Checked as the slot's content asks; an empty slot's as the settings do. */
function createTargets({ parent, name, args, next }: Whole, slot: Slot): SlotTargets {
  const { settings, network, balancer, place } = args;
  const checks = next[slot]?.targets ?? targetChecks(settings);
  const { vpcId } = network;
  return new SlotTargets(
    `${name}-${slot}`,
    { slot, settings, checks, prefix: place.prefix, vpcId, balancer },
    { parent },
  );
}
