import * as ec2 from "@pulumi/aws/ec2";
import * as vpc from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";

export interface ServiceFirewallArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly balancerGroupId: pulumi.Input<string>;
  /** Of the tests that ask each task by itself. */
  readonly probeGroupId: pulumi.Input<string>;
  /** Ports that the revisions in the slots listen on: two while one replaces another. */
  readonly ports: readonly number[];
}

/** Only the load balancer, and tests of a version, reach the tasks; they reach AWS and what the network lets them. */
export class ServiceFirewall extends pulumi.ComponentResource {
  readonly groupId: pulumi.Output<string>;

  constructor(name: string, args: ServiceFirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:service:ServiceFirewall", name, {}, opts);
    const group = new ec2.SecurityGroup(
      name,
      { vpcId: args.vpcId, description: `Tasks of ${name}`, tags: { Name: name } },
      { parent: this },
    );
    const letIn = (rule: string, port: number, from: pulumi.Input<string>, whom: string): void => {
      new vpc.SecurityGroupIngressRule(
        rule,
        {
          securityGroupId: group.id,
          referencedSecurityGroupId: from,
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
          description: `From ${whom}`,
        },
        { parent: this },
      );
    };
    for (const port of args.ports) {
      letIn(`${name}-${port}`, port, args.balancerGroupId, "the load balancer");
      letIn(`${name}-${port}-probe`, port, args.probeGroupId, "tests of a version");
    }
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
