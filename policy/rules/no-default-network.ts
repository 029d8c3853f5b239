import type { ResourceRule } from "../rule";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";

/** The default network of an account is open to the internet and shared by all that forget to name one. */
export const noDefaultNetwork: ResourceRule = {
  name: "no-default-network",
  description: "Nothing is put into an account's default network.",
  types: [
    "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl",
    "aws:ec2/defaultRouteTable:DefaultRouteTable",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "aws:ec2/defaultSubnet:DefaultSubnet",
    "aws:ec2/defaultVpc:DefaultVpc",
    GROUP,
  ],
  *check({ type, props }) {
    if (type === GROUP && props["vpcId"] !== undefined) return;
    yield {
      failed: type === GROUP ? "vpcId" : "type",
      found: type === GROUP ? undefined : type,
      allowed: "networks that the stack declares itself",
      next: "use the VPC of components/network.ts",
    };
  },
};
