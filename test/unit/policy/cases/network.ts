import type { StackResource } from "../../../../policy/rule";
import { type Cases, of, type Properties } from "../samples";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const group = (name: string, props: Properties = {}) =>
  of(GROUP, { vpcId: "vpc", ...props }, { name });
const TCP = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };
const ingress = (props: Properties, securityGroup = group("balancer")) =>
  of(
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    { ...TCP, ...props },
    { from: { securityGroupId: [securityGroup] } },
  );
const oldRule = (props: Properties) =>
  of("aws:ec2/securityGroupRule:SecurityGroupRule", {
    type: "ingress",
    protocol: "tcp",
    cidrBlocks: ["0.0.0.0/0"],
    ...props,
  });
const balancer = (of_: StackResource) =>
  of("aws:lb/loadBalancer:LoadBalancer", {}, { from: { securityGroups: [of_] } });
const listener = (props: Properties, name = "listener") =>
  of("aws:lb/listener:Listener", props, { name });
const HTTPS = listener({ protocol: "HTTPS", port: 443 }, "https");
const redirect = [{ type: "redirect", redirect: { protocol: "HTTPS", port: "443" } }];
const web = group("web");
const front = group("balancer");
const fromAnywhere = { cidrIpv4: "0.0.0.0/0" };

export const NETWORK: Cases = {
  "internet-ingress-ports": {
    keeps: {
      HTTPS: ingress(fromAnywhere),
      "any port from within": ingress({ cidrIpv4: "10.0.0.0/8", fromPort: 0, toPort: 65535 }),
      "any port from one address": ingress({
        cidrIpv4: "198.51.100.7/32",
        fromPort: 22,
        toPort: 22,
      }),
      "any port from a group": ingress({ referencedSecurityGroupId: "sg", ipProtocol: "-1" }),
      "any way out": oldRule({ type: "egress", protocol: "-1" }),
    },
    breaks: {
      SSH: [
        ingress({ ...fromAnywhere, fromPort: 22, toPort: 22 }),
        /found "tcp 22-22 from 0.0.0.0/,
      ],
      "a range with HTTPS in it": [ingress({ ...fromAnywhere, fromPort: 80 }), /tcp 80-443/],
      "all protocols": [
        ingress({ ...fromAnywhere, ipProtocol: "-1", fromPort: undefined }),
        /-1 0-443/,
      ],
      IPv6: [ingress({ cidrIpv6: "::/0", fromPort: 5432, toPort: 5432 }), /5432-5432 from ::\/0/],
      "half of the internet": [ingress({ cidrIpv4: "128.0.0.0/1", toPort: 444 }), /128.0.0.0\/1/],
      "a rule in the old style": [oldRule({ fromPort: 3389, toPort: 3389 }), /3389/],
      "a rule within its group": [
        group("web", {
          ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
        }),
        /found "-1 0-0/,
      ],
    },
  },
  "internet-ingress-at-load-balancer": {
    keeps: {
      "into the load balancer": [front, balancer(front), ingress(fromAnywhere, front)],
      "from the load balancer to tasks": [
        front,
        balancer(front),
        ingress({ referencedSecurityGroupId: "sg" }, web),
      ],
    },
    breaks: {
      "into tasks": [[front, balancer(front), web, ingress(fromAnywhere, web)], /found "into web"/],
      "into the load balancer and tasks": [
        [
          front,
          balancer(front),
          web,
          of(
            "aws:ec2/securityGroupRule:SecurityGroupRule",
            { type: "ingress", protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["::/0"] },
            { from: { securityGroupId: [front, web] } },
          ),
        ],
        /into balancer, web/,
      ],
      "into a group that is not of this stack": [
        [
          of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {
            ...TCP,
            ...fromAnywhere,
          }),
        ],
        /a group of another stack/,
      ],
      "into a group that says so itself": [
        [
          group("web", {
            ingress: [{ protocol: "tcp", fromPort: 80, toPort: 80, cidrBlocks: ["0.0.0.0/0"] }],
          }),
        ],
        /into web/,
      ],
    },
  },
  "subnet-gives-no-public-address": {
    keeps: { "no word of it": of("aws:ec2/subnet:Subnet") },
    breaks: {
      "an address for everything": [
        of("aws:ec2/subnet:Subnet", { mapPublicIpOnLaunch: true }),
        /mapPublicIpOnLaunch: found true/,
      ],
    },
  },
  "service-has-no-public-address": {
    keeps: {
      no: of("aws:ecs/service:Service", { networkConfiguration: { assignPublicIp: false } }),
    },
    breaks: {
      yes: [
        of("aws:ecs/service:Service", { networkConfiguration: { assignPublicIp: true } }),
        /networkConfiguration.assignPublicIp: found true/,
      ],
    },
  },
  "no-default-network": {
    keeps: { "a group in a VPC of one's own": front },
    breaks: {
      "a group without a VPC": [of(GROUP), /vpcId: found nothing/],
      "the default VPC": [of("aws:ec2/defaultVpc:DefaultVpc"), /networks that the stack declares/],
    },
  },
  "load-balancer-drops-invalid-headers": {
    keeps: {
      dropped: of("aws:lb/loadBalancer:LoadBalancer", { dropInvalidHeaderFields: true }),
      "one that knows no headers": of("aws:lb/loadBalancer:LoadBalancer", {
        loadBalancerType: "network",
      }),
    },
    breaks: {
      "no word of it": [
        of("aws:lb/loadBalancer:LoadBalancer"),
        /dropInvalidHeaderFields: found nothing/,
      ],
    },
  },
  "listener-tls-1-2": {
    keeps: {
      "TLS 1.2 and 1.3": listener({
        protocol: "HTTPS",
        sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      }),
      "plain HTTP, which another rule is about": listener({ protocol: "HTTP" }),
    },
    breaks: {
      "TLS 1.0": [
        listener({ protocol: "HTTPS", sslPolicy: "ELBSecurityPolicy-2016-08" }),
        /2016-08/,
      ],
      "TLS 1.0 and later with 1.3": [
        listener({ protocol: "TLS", sslPolicy: "ELBSecurityPolicy-TLS13-1-0-2021-06" }),
        /TLS13-1-0/,
      ],
      "what AWS takes by itself": [HTTPS, /sslPolicy: found nothing/],
    },
  },
  "http-redirects-to-https": {
    keeps: {
      "a redirect": [HTTPS, listener({ protocol: "HTTP", port: 80, defaultActions: redirect })],
      "plain HTTP without a certificate": [listener({ protocol: "HTTP", port: 80 })],
    },
    breaks: {
      "an answer": [
        [HTTPS, listener({ protocol: "HTTP", port: 80, defaultActions: [{ type: "forward" }] })],
        /defaultActions: found "forward"/,
      ],
      "another port": [
        [HTTPS, listener({ protocol: "HTTP", port: 9000, defaultActions: redirect })],
        /protocol: found "HTTP"/,
      ],
    },
  },
  "target-group-health-check": {
    keeps: {
      "a path": of("aws:lb/targetGroup:TargetGroup", {
        protocol: "HTTP",
        healthCheck: { path: "/readyz" },
      }),
      "targets without paths": of("aws:lb/targetGroup:TargetGroup", { protocol: "TCP" }),
      "a function": of("aws:lb/targetGroup:TargetGroup", { targetType: "lambda" }),
    },
    breaks: {
      "what AWS takes by itself": [
        of("aws:lb/targetGroup:TargetGroup", { protocol: "HTTP" }),
        /healthCheck.path: found nothing/,
      ],
    },
  },
};
