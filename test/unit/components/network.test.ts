import assert from "node:assert/strict";
import { Network, type NetworkArgs } from "../../../components/network";
import type { Graph } from "../graph";
import { declare, valueOf } from "../mocks";

const ARGS: NetworkArgs = {
  region: "us-east-1",
  cidr: "10.20.0.0/16",
  zones: ["us-east-1a", "us-east-1b"],
  nat: "none",
  endpoints: [],
  reserved: [],
};

async function network(
  changes: Partial<NetworkArgs> = {},
): Promise<{ made: Network; graph: Graph }> {
  return declare(() => new Network("app", { ...ARGS, ...changes }));
}

/** Names and inputs of all resources of a type. */
function inputs(graph: Graph, type: string): Record<string, unknown> {
  return Object.fromEntries(graph.ofType(type).map((each) => [each.name, each.inputs]));
}

const ROUTE = "aws:ec2/route:Route";
const NAT = "aws:ec2/natGateway:NatGateway";
const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";

describe("Network", () => {
  it("has a public and a private subnet in each zone, with routes of their own", async () => {
    const { made, graph } = await network();
    assert.equal(
      graph.outline,
      `
switchyard:network:Network app
  aws:ec2/internetGateway:InternetGateway app
  aws:ec2/route:Route app-public-internet
  aws:ec2/routeTable:RouteTable app-a-private
  aws:ec2/routeTable:RouteTable app-b-private
  aws:ec2/routeTable:RouteTable app-public
  aws:ec2/routeTableAssociation:RouteTableAssociation app-a-private
  aws:ec2/routeTableAssociation:RouteTableAssociation app-a-public
  aws:ec2/routeTableAssociation:RouteTableAssociation app-b-private
  aws:ec2/routeTableAssociation:RouteTableAssociation app-b-public
  aws:ec2/subnet:Subnet app-a-private
  aws:ec2/subnet:Subnet app-a-public
  aws:ec2/subnet:Subnet app-b-private
  aws:ec2/subnet:Subnet app-b-public
  aws:ec2/vpc:Vpc app`.trim(),
    );
    assert.deepEqual(graph.get("aws:ec2/vpc:Vpc", "app").inputs, {
      cidrBlock: "10.20.0.0/16",
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { Name: "app" },
    });
    const subnet = (zone: string, role: string, cidrBlock: string): [string, unknown] => {
      const name = `app-${zone}-${role}`;
      const availabilityZone = `us-east-1${zone}`;
      return [name, { vpcId: "app-id", cidrBlock, availabilityZone, tags: { Name: name } }];
    };
    assert.deepEqual(
      inputs(graph, "aws:ec2/subnet:Subnet"),
      Object.fromEntries([
        subnet("a", "private", "10.20.0.0/20"),
        subnet("a", "public", "10.20.16.0/21"),
        subnet("b", "private", "10.20.32.0/20"),
        subnet("b", "public", "10.20.48.0/21"),
      ]),
    );
    assert.deepEqual(inputs(graph, "aws:ec2/routeTableAssociation:RouteTableAssociation"), {
      "app-a-private": { subnetId: "app-a-private-id", routeTableId: "app-a-private-id" },
      "app-a-public": { subnetId: "app-a-public-id", routeTableId: "app-public-id" },
      "app-b-private": { subnetId: "app-b-private-id", routeTableId: "app-b-private-id" },
      "app-b-public": { subnetId: "app-b-public-id", routeTableId: "app-public-id" },
    });
    assert.deepEqual(await Promise.all(made.publicSubnetIds.map(valueOf)), [
      "app-a-public-id",
      "app-b-public-id",
    ]);
    assert.deepEqual(graph.get("switchyard:network:Network", "app").outputs, {
      vpcId: "app-id",
      publicSubnetIds: ["app-a-public-id", "app-b-public-id"],
      privateSubnetIds: ["app-a-private-id", "app-b-private-id"],
    });
    assert.deepEqual([await valueOf(made.vpcId), made.vpcCidr], ["app-id", "10.20.0.0/16"]);
    assert.equal(made.privateSubnetIds.length, 2);
  });

  it("routes the internet to public subnets alone without NAT", async () => {
    const { graph } = await network();
    assert.deepEqual(inputs(graph, ROUTE), {
      "app-public-internet": {
        routeTableId: "app-public-id",
        destinationCidrBlock: "0.0.0.0/0",
        gatewayId: "app-id",
      },
    });
    assert.deepEqual(graph.ofType(NAT), []);
    assert.deepEqual(graph.ofType("aws:ec2/eip:Eip"), []);
  });

  it("sends every zone through one gateway in the first with a single NAT", async () => {
    const { graph } = await network({ nat: "single" });
    assert.deepEqual(inputs(graph, NAT), { "app-a-nat": natInputs("a") });
    assert.deepEqual(inputs(graph, "aws:ec2/eip:Eip"), {
      "app-a-nat": { domain: "vpc", tags: { Name: "app-a" } },
    });
    assert.deepEqual(natOf(graph), { a: "app-a-nat-id", b: "app-a-nat-id" });
    assert.ok(
      graph
        .waitsFor(graph.get(NAT, "app-a-nat"))
        .has("aws:ec2/internetGateway:InternetGateway app"),
      "AWS refuses an address for a gateway in a VPC without internet",
    );
  });

  it("sends every zone through a gateway of its own with NAT per zone", async () => {
    const { graph } = await network({ nat: "perZone", zones: [...ARGS.zones, "us-east-1c"] });
    assert.deepEqual(inputs(graph, NAT), {
      "app-a-nat": natInputs("a"),
      "app-b-nat": natInputs("b"),
      "app-c-nat": natInputs("c"),
    });
    assert.deepEqual(natOf(graph), { a: "app-a-nat-id", b: "app-b-nat-id", c: "app-c-nat-id" });
  });

  it("changes nothing of the zones before when one is appended", async () => {
    const two = (await network({ nat: "perZone" })).graph;
    const three = (await network({ nat: "perZone", zones: [...ARGS.zones, "us-east-1c"] })).graph;
    for (const each of two.declared.filter(({ type }) => type.startsWith("aws:")))
      assert.deepEqual(three.get(each.type, each.name).inputs, each.inputs);
  });

  it("reaches AWS by endpoints: S3 through routes, the others inside the private subnets", async () => {
    const endpoints = ["ecr", "s3", "logs", "secretsmanager"] as const;
    const { graph } = await network({ endpoints });
    const common = (service: string): object => ({
      vpcId: "app-id",
      serviceName: `com.amazonaws.us-east-1.${service}`,
      tags: { Name: `app-${service}` },
    });
    const inside = (service: string): object => ({
      ...common(service),
      vpcEndpointType: "Interface",
      privateDnsEnabled: true,
      subnetIds: ["app-a-private-id", "app-b-private-id"],
      securityGroupIds: ["app-endpoints-id"],
    });
    assert.deepEqual(inputs(graph, ENDPOINT), {
      "app-ecr-api": inside("ecr.api"),
      "app-ecr-dkr": inside("ecr.dkr"),
      "app-logs": inside("logs"),
      "app-s3": {
        ...common("s3"),
        vpcEndpointType: "Gateway",
        routeTableIds: ["app-a-private-id", "app-b-private-id"],
      },
      "app-secretsmanager": inside("secretsmanager"),
    });
    assert.deepEqual(inputs(graph, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"), {
      "app-endpoints-https": {
        securityGroupId: "app-endpoints-id",
        cidrIpv4: "10.20.0.0/16",
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        description: "HTTPS from the VPC",
      },
    });
    assert.deepEqual(inputs(graph, "aws:ec2/securityGroup:SecurityGroup"), {
      "app-endpoints": {
        vpcId: "app-id",
        description: "Interface endpoints of AWS services",
        tags: { Name: "app-endpoints" },
      },
    });
  });

  it("has no security group where the only endpoint is S3's", async () => {
    const { graph } = await network({ endpoints: ["s3"] });
    assert.deepEqual(Object.keys(inputs(graph, ENDPOINT)), ["app-s3"]);
    assert.deepEqual(graph.ofType("aws:ec2/securityGroup:SecurityGroup"), []);
  });
});

function natInputs(zone: string): object {
  return {
    subnetId: `app-${zone}-public-id`,
    allocationId: `app-${zone}-nat-id`,
    tags: { Name: `app-${zone}` },
  };
}

/** The gateway that each zone's private subnet is routed to. */
function natOf(graph: Graph): Record<string, unknown> {
  const routes = graph.ofType(ROUTE).filter(({ name }) => name !== "app-public-internet");
  return Object.fromEntries(
    routes.map(({ name, inputs: { natGatewayId, routeTableId, destinationCidrBlock } }) => {
      const zone = /^app-(.)-private-internet$/.exec(name)?.[1] ?? name;
      assert.deepEqual(
        [routeTableId, destinationCidrBlock],
        [`app-${zone}-private-id`, "0.0.0.0/0"],
      );
      return [zone, natGatewayId];
    }),
  );
}
