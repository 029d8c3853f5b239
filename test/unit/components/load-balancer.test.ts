import assert from "node:assert/strict";
import { LoadBalancer, type LoadBalancerArgs } from "../../../components/load-balancer";
import type { Graph } from "../graph";
import { arnOf } from "../mock-outputs";
import { declare, valueOf } from "../mocks";

const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const LISTENER = "aws:lb/listener:Listener";
const BALANCER = "aws:lb/loadBalancer:LoadBalancer";
const DOMAIN = { name: "app.example.com", zone: "example.com" };
const NOT_FOUND = [
  {
    type: "fixed-response",
    fixedResponse: { contentType: "text/plain", statusCode: "404", messageBody: "not found" },
  },
];

async function balancer(
  changes: Partial<LoadBalancerArgs> = {},
): Promise<{ made: LoadBalancer; graph: Graph }> {
  const args = {
    vpcId: "vpc-id",
    vpcCidr: "10.20.0.0/16",
    natAddresses: ["198.51.100.7"],
    subnetIds: ["a", "b"],
  };
  return declare(() => new LoadBalancer("app", { ...args, ...changes }));
}

/** What is let in, `FROM PORT` by the rule's name. */
function letIn(graph: Graph): Record<string, string> {
  return Object.fromEntries(
    graph.ofType(INGRESS).map(({ name, inputs }) => {
      const { cidrIpv4, fromPort, toPort, ipProtocol, securityGroupId } = inputs;
      assert.deepEqual([fromPort, ipProtocol, securityGroupId], [toPort, "tcp", "app-id"]);
      return [name, `${String(cidrIpv4)} ${String(fromPort)}`];
    }),
  );
}

describe("LoadBalancer", () => {
  it("answers HTTP at its own name without a domain", async () => {
    const { made, graph } = await balancer();
    assert.equal(
      graph.outline,
      `
switchyard:loadbalancer:LoadBalancer app
  aws:ec2/securityGroup:SecurityGroup app
  aws:lb/listener:Listener app-http
  aws:lb/listener:Listener app-test
  aws:lb/loadBalancer:LoadBalancer app
  aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule app-tasks
  aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule app-http
  aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule app-test
  aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule app-test-nat-0`.trim(),
    );
    assert.deepEqual(graph.get(BALANCER, "app").inputs, {
      loadBalancerType: "application",
      subnets: ["a", "b"],
      securityGroups: ["app-id"],
      dropInvalidHeaderFields: true,
      enableDeletionProtection: false,
    });
    const listener = (port: number): object => ({
      loadBalancerArn: arnOf(BALANCER, "app"),
      port,
      protocol: "HTTP",
      defaultActions: NOT_FOUND,
    });
    assert.deepEqual(graph.get(LISTENER, "app-http").inputs, listener(80));
    assert.deepEqual(graph.get(LISTENER, "app-test").inputs, listener(9000));
    const url = "http://app.elb.example";
    const listenerArn = arnOf(LISTENER, "app-http");
    assert.equal(await valueOf(made.url), url);
    assert.equal(await valueOf(made.listenerArn), listenerArn);
    assert.equal(await valueOf(made.testListenerArn), arnOf(LISTENER, "app-test"));
    assert.equal(await valueOf(made.securityGroupId), "app-id");
    const component = graph.get("switchyard:loadbalancer:LoadBalancer", "app");
    assert.deepEqual(component.outputs, { listenerArn, url });
  });

  it("is open to the internet on its traffic port alone; the test listener to the VPC and what comes out of it", async () => {
    const { graph } = await balancer();
    assert.deepEqual(letIn(graph), {
      "app-http": "0.0.0.0/0 80",
      "app-test": "10.20.0.0/16 9000",
      "app-test-nat-0": "198.51.100.7/32 9000",
    });
  });

  it("calls nothing outside the VPC", async () => {
    const { graph } = await balancer();
    const [egress, ...others] = graph.ofType(
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    );
    assert.deepEqual(others, []);
    assert.deepEqual(egress?.inputs, {
      securityGroupId: "app-id",
      cidrIpv4: "10.20.0.0/16",
      ipProtocol: "tcp",
      fromPort: 1024,
      toPort: 65535,
      description: "Tasks in the VPC",
    });
    assert.deepEqual(graph.get("aws:ec2/securityGroup:SecurityGroup", "app").inputs, {
      vpcId: "vpc-id",
      description: "The public load balancer",
      tags: { Name: "app" },
    });
  });

  it("answers HTTPS with a domain, and redirects HTTP to it", async () => {
    const { made, graph } = await balancer({ domain: DOMAIN });
    assert.equal(
      graph.outline,
      `
switchyard:loadbalancer:LoadBalancer app
  aws:acm/certificate:Certificate app
  aws:acm/certificateValidation:CertificateValidation app
  aws:ec2/securityGroup:SecurityGroup app
  aws:lb/listener:Listener app-http
  aws:lb/listener:Listener app-https
  aws:lb/listener:Listener app-test
  aws:lb/loadBalancer:LoadBalancer app
  aws:route53/record:Record app
  aws:route53/record:Record app-proof
  aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule app-tasks
  aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule app-http
  aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule app-https
  aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule app-test
  aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule app-test-nat-0`.trim(),
    );
    assert.deepEqual(graph.get(LISTENER, "app-http").inputs, {
      loadBalancerArn: arnOf(BALANCER, "app"),
      port: 80,
      protocol: "HTTP",
      defaultActions: [
        {
          type: "redirect",
          redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" },
        },
      ],
    });
    for (const [name, port] of [
      ["app-https", 443],
      ["app-test", 9000],
    ] as const) {
      const { inputs } = graph.get(LISTENER, name);
      assert.deepEqual(inputs, {
        loadBalancerArn: arnOf(BALANCER, "app"),
        port,
        protocol: "HTTPS",
        certificateArn: arnOf("aws:acm/certificate:Certificate", "app"),
        sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
        defaultActions: NOT_FOUND,
      });
      const validation = "aws:acm/certificateValidation:CertificateValidation app";
      assert.ok(graph.waitsFor(graph.get(LISTENER, name)).has(validation));
    }
    assert.equal(await valueOf(made.url), "https://app.example.com");
    assert.equal(await valueOf(made.listenerArn), arnOf(LISTENER, "app-https"));
    assert.deepEqual(letIn(graph), {
      "app-http": "0.0.0.0/0 80",
      "app-https": "0.0.0.0/0 443",
      "app-test": "10.20.0.0/16 9000",
      "app-test-nat-0": "198.51.100.7/32 9000",
    });
  });

  it("proves the domain by DNS and points it at itself", async () => {
    const { graph } = await balancer({ domain: DOMAIN });
    assert.deepEqual(graph.get("aws:acm/certificate:Certificate", "app").inputs, {
      domainName: "app.example.com",
      validationMethod: "DNS",
      tags: { Name: "app" },
    });
    const record = "aws:route53/record:Record";
    assert.deepEqual(graph.get(record, "app-proof").inputs, {
      zoneId: "zone-id",
      name: "_proof.app.example.com",
      type: "CNAME",
      records: ["_answer.acm-validations.aws"],
      ttl: 60,
    });
    assert.deepEqual(graph.get(record, "app").inputs, {
      zoneId: "zone-id",
      name: "app.example.com",
      type: "A",
      aliases: [{ name: "app.elb.example", zoneId: "elb-zone", evaluateTargetHealth: true }],
    });
    const validation = graph.get("aws:acm/certificateValidation:CertificateValidation", "app");
    assert.deepEqual(validation.inputs, {
      certificateArn: arnOf("aws:acm/certificate:Certificate", "app"),
      validationRecordFqdns: ["_proof.app.example.com."],
    });
  });

  it("is protected from deletion by settings, in Pulumi and in AWS", async () => {
    const { graph } = await balancer({ protect: true });
    const declared = graph.get(BALANCER, "app");
    assert.equal(declared.inputs["enableDeletionProtection"], true);
    assert.ok(declared.protect);
    assert.ok(!(await balancer()).graph.get(BALANCER, "app").protect);
  });
});
