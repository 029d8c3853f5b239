import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import { repositoryName } from "../release/release";
import type { DesiredRevision, Revision } from "../release/revision";
import { SLOTS, type SlotState } from "../release/slots";
import type { SlottedServiceArgs } from "./service-slots";
import { ServiceFirewall } from "./service-firewall";
import { ServiceRoles } from "./service-roles";

/** What both slots share. */
export interface ServiceParts {
  readonly logGroup: cloudwatch.LogGroup;
  readonly roles: ServiceRoles;
  readonly firewall: ServiceFirewall;
}

interface Whole {
  readonly parent: pulumi.ComponentResource;
  readonly name: string;
  readonly args: SlottedServiceArgs;
  readonly next: SlotState<Revision | DesiredRevision>;
}

export function serviceParts(
  parent: pulumi.ComponentResource,
  name: string,
  args: SlottedServiceArgs,
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
  return { logGroup, roles, firewall };
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
