import assert from "node:assert/strict";
import { ServiceFirewall } from "../../../components/service-firewall";
import type { Graph } from "../graph";
import { declare } from "../mocks";

const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

async function firewall(ports: number[]): Promise<Graph> {
  const args = { vpcId: "vpc-id", balancerGroupId: "balancer-id", probeGroupId: "probe-id", ports };
  return (await declare(() => new ServiceFirewall("web", args))).graph;
}

describe("ServiceFirewall", () => {
  it("lets in the load balancer and tests alone, on the port of the tasks", async () => {
    const graph = await firewall([8080]);
    assert.equal(
      graph.outline,
      `
switchyard:service:ServiceFirewall web
  aws:ec2/securityGroup:SecurityGroup web
  aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule web
  aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule web-8080
  aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule web-8080-probe`.trim(),
    );
    assert.deepEqual(graph.get("aws:ec2/securityGroup:SecurityGroup", "web").inputs, {
      vpcId: "vpc-id",
      description: "Tasks of web",
      tags: { Name: "web" },
    });
    assert.deepEqual(graph.get(INGRESS, "web-8080").inputs, {
      securityGroupId: "web-id",
      referencedSecurityGroupId: "balancer-id",
      ipProtocol: "tcp",
      fromPort: 8080,
      toPort: 8080,
      description: "From the load balancer",
    });
    const probe = graph.get(INGRESS, "web-8080-probe").inputs;
    assert.deepEqual([probe["referencedSecurityGroupId"], probe["toPort"]], ["probe-id", 8080]);
    const component = graph.get("switchyard:service:ServiceFirewall", "web");
    assert.deepEqual(component.outputs, { groupId: "web-id" });
  });

  it("lets tasks call HTTPS and nothing else", async () => {
    const graph = await firewall([8080]);
    assert.deepEqual(graph.get(EGRESS, "web").inputs, {
      securityGroupId: "web-id",
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      description: "HTTPS: registry, logs, secrets",
    });
    assert.equal(graph.ofType(EGRESS).length, 1);
  });

  it("keeps a port open while another takes over from it", async () => {
    const [before, both] = await Promise.resolve([
      await firewall([8080]),
      await firewall([8080, 9090]),
    ]);
    assert.deepEqual(
      both.ofType(INGRESS).map(({ name, inputs }) => [name, inputs["fromPort"], inputs["toPort"]]),
      [
        ["web-8080", 8080, 8080],
        ["web-8080-probe", 8080, 8080],
        ["web-9090", 9090, 9090],
        ["web-9090-probe", 9090, 9090],
      ],
    );
    assert.deepEqual(both.get(INGRESS, "web-8080").inputs, before.get(INGRESS, "web-8080").inputs);
  });
});
