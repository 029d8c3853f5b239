import * as ec2 from "@pulumi/aws/ec2";
import * as vpc from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import type { Endpoint, NetworkSettings } from "../settings/types";
import { createNat, type NatZone } from "./nat";
import { subnetLayout } from "./subnets";

export interface NetworkArgs extends NetworkSettings {
  readonly region: string;
}

interface Zone extends NatZone {
  readonly privateSubnet: ec2.Subnet;
}

type CommonEndpointArgs = Pick<ec2.VpcEndpointArgs, "vpcId" | "serviceName" | "tags">;

/** Services behind each endpoint setting; a gateway endpoint is free, an interface costs by the hour. */
const endpointServices: Record<Endpoint, readonly string[]> = {
  ecr: ["ecr.api", "ecr.dkr"],
  s3: ["s3"],
  logs: ["logs"],
  secretsmanager: ["secretsmanager"],
};

/**
 * A VPC over two or more zones: public subnets for the load balancer and NAT, private ones for
 * everything else. Nothing in a private subnet can be reached from the internet.
 */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly vpcCidr: string;
  readonly publicSubnetIds: readonly pulumi.Output<string>[];
  readonly privateSubnetIds: readonly pulumi.Output<string>[];
  /** Public addresses that tasks come from when they call out. */
  readonly natAddresses: readonly pulumi.Output<string>[];

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:network:Network", name, {}, opts);
    const vpc = this.createVpc(name, args);
    const gateway = new ec2.InternetGateway(
      name,
      { vpcId: vpc.id, tags: { Name: name } },
      { parent: this },
    );
    const publicRoutes = this.createPublicRoutes(name, vpc, gateway);
    const zones = subnetLayout(args.cidr, args.zones).map((layout) => {
      const zone = layout.zone.slice(args.region.length);
      return this.createZone(`${name}-${zone}`, layout, vpc, publicRoutes);
    });
    this.natAddresses = createNat(this, args.nat, zones, gateway);
    this.createEndpoints(name, args, vpc, zones);
    this.vpcId = vpc.id;
    this.vpcCidr = args.cidr;
    this.publicSubnetIds = zones.map((zone) => zone.publicSubnet.id);
    this.privateSubnetIds = zones.map((zone) => zone.privateSubnet.id);
    this.registerOutputs({
      vpcId: this.vpcId,
      publicSubnetIds: this.publicSubnetIds,
      privateSubnetIds: this.privateSubnetIds,
    });
  }

  private createVpc(name: string, args: NetworkArgs): ec2.Vpc {
    const dns = { enableDnsSupport: true, enableDnsHostnames: true };
    return new ec2.Vpc(
      name,
      { cidrBlock: args.cidr, ...dns, tags: { Name: name } },
      { parent: this },
    );
  }

  private createPublicRoutes(
    name: string,
    vpc: ec2.Vpc,
    gateway: ec2.InternetGateway,
  ): ec2.RouteTable {
    const tags = { Name: `${name}-public` };
    const table = new ec2.RouteTable(`${name}-public`, { vpcId: vpc.id, tags }, { parent: this });
    new ec2.Route(
      `${name}-public-internet`,
      { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id },
      { parent: this },
    );
    return table;
  }

  private createZone(
    name: string,
    layout: ReturnType<typeof subnetLayout>[number],
    vpc: ec2.Vpc,
    publicRoutes: ec2.RouteTable,
  ): Zone {
    const subnet = (
      role: "public" | "private",
      cidrBlock: string,
      routes: ec2.RouteTable,
    ): ec2.Subnet => {
      const tags = { Name: `${name}-${role}` };
      const args = { vpcId: vpc.id, cidrBlock, availabilityZone: layout.zone, tags };
      const made = new ec2.Subnet(`${name}-${role}`, args, { parent: this });
      new ec2.RouteTableAssociation(
        `${name}-${role}`,
        { subnetId: made.id, routeTableId: routes.id },
        { parent: this },
      );
      return made;
    };
    const tags = { Name: `${name}-private` };
    const privateRoutes = new ec2.RouteTable(
      `${name}-private`,
      { vpcId: vpc.id, tags },
      { parent: this },
    );
    return {
      name,
      publicSubnet: subnet("public", layout.publicCidr, publicRoutes),
      privateSubnet: subnet("private", layout.privateCidr, privateRoutes),
      privateRoutes,
    };
  }

  private createEndpoints(
    name: string,
    args: NetworkArgs,
    network: ec2.Vpc,
    zones: readonly Zone[],
  ): void {
    const services = args.endpoints.flatMap((endpoint) => endpointServices[endpoint]);
    const interfaces = services.filter((service) => service !== "s3");
    const common = (service: string): CommonEndpointArgs => ({
      vpcId: network.id,
      serviceName: `com.amazonaws.${args.region}.${service}`,
      tags: { Name: `${name}-${service}` },
    });
    if (services.includes("s3"))
      new ec2.VpcEndpoint(
        `${name}-s3`,
        {
          ...common("s3"),
          vpcEndpointType: "Gateway",
          routeTableIds: zones.map((zone) => zone.privateRoutes.id),
        },
        { parent: this },
      );
    if (interfaces.length === 0) return;
    const group = this.createEndpointGroup(name, network, args.cidr);
    for (const service of interfaces)
      new ec2.VpcEndpoint(
        `${name}-${service.replace(".", "-")}`,
        {
          ...common(service),
          vpcEndpointType: "Interface",
          privateDnsEnabled: true,
          subnetIds: zones.map((zone) => zone.privateSubnet.id),
          securityGroupIds: [group.id],
        },
        { parent: this },
      );
  }

  private createEndpointGroup(name: string, network: ec2.Vpc, cidr: string): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(
      `${name}-endpoints`,
      {
        vpcId: network.id,
        description: "Interface endpoints of AWS services",
        tags: { Name: `${name}-endpoints` },
      },
      { parent: this },
    );
    new vpc.SecurityGroupIngressRule(
      `${name}-endpoints-https`,
      {
        securityGroupId: group.id,
        cidrIpv4: cidr,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        description: "HTTPS from the VPC",
      },
      { parent: this },
    );
    return group;
  }
}
