import * as ec2 from "@pulumi/aws/ec2";
import type * as pulumi from "@pulumi/pulumi";
import type { Nat } from "../settings/types";

/** As much of a zone as its way out needs. */
export interface NatZone {
  readonly name: string;
  readonly publicSubnet: ec2.Subnet;
  readonly privateRoutes: ec2.RouteTable;
}

/**
 * The way out of the private subnets: `single` puts one gateway into the first zone; `perZone` keeps a zone working
 * when another is lost.
 *
 * @returns the gateways' public addresses
 */
export function createNat(
  network: pulumi.ComponentResource,
  nat: Nat,
  zones: readonly NatZone[],
  gateway: ec2.InternetGateway,
): readonly pulumi.Output<string>[] {
  if (nat === "none") return [];
  const addresses: pulumi.Output<string>[] = [];
  const makeGateway = (zone: NatZone): ec2.NatGateway => {
    const tags = { Name: zone.name };
    const options = { parent: network, dependsOn: [gateway] };
    const address = new ec2.Eip(`${zone.name}-nat`, { domain: "vpc", tags }, options);
    addresses.push(address.publicIp);
    return new ec2.NatGateway(
      `${zone.name}-nat`,
      { subnetId: zone.publicSubnet.id, allocationId: address.id, tags },
      options,
    );
  };
  const [first, ...others] = zones;
  if (!first) throw new Error("a network needs a zone");
  const shared = makeGateway(first);
  const own = (zone: NatZone): ec2.NatGateway =>
    nat === "perZone" && others.includes(zone) ? makeGateway(zone) : shared;
  for (const zone of zones)
    new ec2.Route(
      `${zone.name}-private-internet`,
      {
        routeTableId: zone.privateRoutes.id,
        destinationCidrBlock: "0.0.0.0/0",
        natGatewayId: own(zone).id,
      },
      { parent: network },
    );
  return addresses;
}
