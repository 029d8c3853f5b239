import * as acm from "@pulumi/aws/acm";
import * as ec2 from "@pulumi/aws/ec2";
import * as lb from "@pulumi/aws/lb";
import * as route53 from "@pulumi/aws/route53";
import * as vpc from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import type { DomainSettings } from "../settings/types";

export interface LoadBalancerArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly vpcCidr: string;
  /** Public addresses that the VPC's own tasks come from: they reach the test listener by its public name. */
  readonly natAddresses: readonly pulumi.Input<string>[];
  /** Public, in two or more zones. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** @default none: plain HTTP at the load balancer's own name */
  readonly domain?: DomainSettings;
  /** @default false */
  readonly protect?: boolean;
}

/** Port of the listener that only the VPC reaches: smoke tests call the standby slot through it. */
export const TEST_PORT = 9000;

/** Policy with TLS 1.3 and 1.2. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html */
const TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06";

/**
 * The one thing that the internet reaches: a public load balancer with a traffic listener (HTTP, or
 * HTTPS with a redirect as soon as a domain is set) and a test listener for the VPC alone. Both answer
 * 404 to what no service's rule takes.
 */
export class LoadBalancer extends pulumi.ComponentResource {
  readonly securityGroupId: pulumi.Output<string>;
  readonly listenerArn: pulumi.Output<string>;
  readonly testListenerArn: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  /** Where tasks of the VPC find the test listener. */
  readonly testUrl: pulumi.Output<string>;
  /** What CloudWatch knows it by, `app/NAME/ID`. */
  readonly arnSuffix: pulumi.Output<string>;
  private readonly group: ec2.SecurityGroup;

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:loadbalancer:LoadBalancer", name, {}, opts);
    this.group = new ec2.SecurityGroup(
      name,
      { vpcId: args.vpcId, description: "The public load balancer", tags: { Name: name } },
      { parent: this },
    );
    const balancer = new lb.LoadBalancer(
      name,
      {
        loadBalancerType: "application",
        subnets: [...args.subnetIds],
        securityGroups: [this.group.id],
        dropInvalidHeaderFields: true,
        enableDeletionProtection: args.protect ?? false,
      },
      { parent: this, protect: args.protect ?? false },
    );
    const certificateArn = args.domain && this.createCertificate(name, args.domain, balancer);
    const traffic = this.createTrafficListener(name, balancer, certificateArn);
    this.allow(`${name}-test`, TEST_PORT, args.vpcCidr, "Test listener, from the VPC only");
    args.natAddresses.forEach((address, index) => {
      const cidr = pulumi.interpolate`${address}/32`;
      this.allow(`${name}-test-nat-${index}`, TEST_PORT, cidr, "Test listener, from the VPC's NAT");
    });
    const test = this.createListener(`${name}-test`, balancer, TEST_PORT, certificateArn);
    this.createEgress(name, args.vpcCidr);

    this.securityGroupId = this.group.id;
    this.listenerArn = traffic.arn;
    this.testListenerArn = test.arn;
    this.url = args.domain
      ? pulumi.output(`https://${args.domain.name}`)
      : pulumi.interpolate`http://${balancer.dnsName}`;
    this.testUrl = pulumi.interpolate`${this.url}:${TEST_PORT}`;
    this.arnSuffix = balancer.arnSuffix;
    this.registerOutputs({ listenerArn: this.listenerArn, url: this.url });
  }

  private allow(
    name: string,
    port: number,
    cidrIpv4: pulumi.Input<string>,
    description: string,
  ): void {
    new vpc.SecurityGroupIngressRule(
      name,
      {
        securityGroupId: this.group.id,
        cidrIpv4,
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        description,
      },
      { parent: this },
    );
  }

  /** The load balancer calls tasks, and tasks are in the VPC. */
  private createEgress(name: string, vpcCidr: string): void {
    new vpc.SecurityGroupEgressRule(
      `${name}-tasks`,
      {
        securityGroupId: this.group.id,
        cidrIpv4: vpcCidr,
        ipProtocol: "tcp",
        fromPort: 1024,
        toPort: 65535,
        description: "Tasks in the VPC",
      },
      { parent: this },
    );
  }

  private createTrafficListener(
    name: string,
    balancer: lb.LoadBalancer,
    certificateArn: pulumi.Output<string> | undefined,
  ): lb.Listener {
    this.allow(`${name}-http`, 80, "0.0.0.0/0", "HTTP from the internet");
    if (!certificateArn) return this.createListener(`${name}-http`, balancer, 80, undefined);
    this.allow(`${name}-https`, 443, "0.0.0.0/0", "HTTPS from the internet");
    const redirect = { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" };
    new lb.Listener(
      `${name}-http`,
      {
        loadBalancerArn: balancer.arn,
        port: 80,
        protocol: "HTTP",
        defaultActions: [{ type: "redirect", redirect }],
      },
      { parent: this },
    );
    return this.createListener(`${name}-https`, balancer, 443, certificateArn);
  }

  private createListener(
    name: string,
    balancer: lb.LoadBalancer,
    port: number,
    certificateArn: pulumi.Output<string> | undefined,
  ): lb.Listener {
    const protocol = certificateArn
      ? { protocol: "HTTPS", certificateArn, sslPolicy: TLS_POLICY }
      : { protocol: "HTTP" };
    const fixedResponse = {
      contentType: "text/plain",
      statusCode: "404",
      messageBody: "not found",
    };
    return new lb.Listener(
      name,
      {
        loadBalancerArn: balancer.arn,
        port,
        ...protocol,
        defaultActions: [{ type: "fixed-response", fixedResponse }],
      },
      { parent: this },
    );
  }

  /** A certificate proven by DNS, and the name's record. @returns the certificate's ARN, once it is valid */
  private createCertificate(
    name: string,
    domain: DomainSettings,
    balancer: lb.LoadBalancer,
  ): pulumi.Output<string> {
    const zone = route53.getZoneOutput({ name: domain.zone }, { parent: this });
    const certificate = new acm.Certificate(
      name,
      { domainName: domain.name, validationMethod: "DNS", tags: { Name: name } },
      { parent: this },
    );
    const proof = certificate.domainValidationOptions.apply((options) => options[0]);
    const record = new route53.Record(
      `${name}-proof`,
      {
        zoneId: zone.zoneId,
        name: proof.apply((option) => option?.resourceRecordName ?? ""),
        type: proof.apply((option) => option?.resourceRecordType ?? "CNAME"),
        records: [proof.apply((option) => option?.resourceRecordValue ?? "")],
        ttl: 60,
      },
      { parent: this },
    );
    const alias = { name: balancer.dnsName, zoneId: balancer.zoneId, evaluateTargetHealth: true };
    new route53.Record(
      name,
      { zoneId: zone.zoneId, name: domain.name, type: "A", aliases: [alias] },
      { parent: this },
    );
    return new acm.CertificateValidation(
      name,
      { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
      { parent: this },
    ).certificateArn;
  }
}
