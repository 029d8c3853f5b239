import * as ec2 from "@pulumi/aws/ec2";
import * as vpc from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import { TEST_PORT } from "./load-balancer";

export interface ProbeFirewallArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly vpcCidr: string;
}

/** What tests of a version may reach: AWS, the load balancer's listeners, and the tasks themselves. Nothing reaches them. */
export class ProbeFirewall extends pulumi.ComponentResource {
  readonly groupId: pulumi.Output<string>;

  constructor(name: string, args: ProbeFirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:service:ProbeFirewall", name, {}, opts);
    const group = new ec2.SecurityGroup(
      `${name}-probe`,
      {
        vpcId: args.vpcId,
        description: "Smoke and acceptance tests",
        tags: { Name: `${name}-probe` },
      },
      { parent: this },
    );
    const allow = (to: string, cidrIpv4: string, from: number, until: number): void => {
      new vpc.SecurityGroupEgressRule(
        `${name}-probe-${to}`,
        {
          securityGroupId: group.id,
          cidrIpv4,
          ipProtocol: "tcp",
          fromPort: from,
          toPort: until,
          description: `To ${to}`,
        },
        { parent: this },
      );
    };
    allow("https", "0.0.0.0/0", 443, 443);
    allow("http", "0.0.0.0/0", 80, 80);
    allow("test-listener", "0.0.0.0/0", TEST_PORT, TEST_PORT);
    allow("tasks", args.vpcCidr, 1024, 65535);
    this.groupId = group.id;
    this.registerOutputs({ groupId: this.groupId });
  }
}
