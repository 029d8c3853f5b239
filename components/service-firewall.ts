import * as ec2 from "@pulumi/aws/ec2";
import * as vpc from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";

export interface ServiceFirewallArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly balancerGroupId: pulumi.Input<string>;
  /** Ports that the revisions in the slots listen on: two while one replaces another. */
  readonly ports: readonly number[];
}

/** Only the load balancer reaches the tasks; they reach AWS and what the network lets them. */
export class ServiceFirewall extends pulumi.ComponentResource {
  readonly groupId: pulumi.Output<string>;

  constructor(name: string, args: ServiceFirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:service:ServiceFirewall", name, {}, opts);
    const group = new ec2.SecurityGroup(
      name,
      { vpcId: args.vpcId, description: `Tasks of ${name}`, tags: { Name: name } },
      { parent: this },
    );
    for (const port of args.ports)
      new vpc.SecurityGroupIngressRule(
        `${name}-${port}`,
        {
          securityGroupId: group.id,
          referencedSecurityGroupId: args.balancerGroupId,
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
          description: "From the load balancer",
        },
        { parent: this },
      );
    new vpc.SecurityGroupEgressRule(
      name,
      {
        securityGroupId: group.id,
        cidrIpv4: "0.0.0.0/0",
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        description: "HTTPS: registry, logs, secrets",
      },
      { parent: this },
    );
    this.groupId = group.id;
    this.registerOutputs({ groupId: this.groupId });
  }
}
