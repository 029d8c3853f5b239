import { INGRESS_TYPES, internetIngress } from "../ingress";
import type { StackResource, StackRule } from "../rule";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";

/** The groups that a way in belongs to. */
const groupsOf = (ingress: StackResource): readonly StackResource[] =>
  ingress.type === GROUP ? [ingress] : (ingress.propertyDependencies["securityGroupId"] ?? []);

export const internetIngressAtLoadBalancer: StackRule = {
  name: "internet-ingress-at-load-balancer",
  description: "The internet reaches load balancers, and nothing else.",
  types: INGRESS_TYPES,
  *checkAmong(resource, stack) {
    if (internetIngress(resource).length === 0) return;
    const balancers = stack.filter(({ type }) => type === "aws:lb/loadBalancer:LoadBalancer");
    const open = balancers.flatMap(({ propertyDependencies }) =>
      (propertyDependencies["securityGroups"] ?? []).map(({ urn }) => urn),
    );
    const groups = groupsOf(resource).filter(({ type }) => type === GROUP);
    if (groups.length > 0 && groups.every(({ urn }) => open.includes(urn))) return;
    yield {
      failed: "ingress from the internet",
      found: `into ${groups.map(({ name }) => name).join(", ") || "a group of another stack"}`,
      allowed: "into the security group of a load balancer of this stack",
      next: "let the load balancer's security group in instead",
    };
  },
};
