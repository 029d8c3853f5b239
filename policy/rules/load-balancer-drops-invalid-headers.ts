import { propertyRule } from "../rule";

export const loadBalancerDropsInvalidHeaders = propertyRule({
  name: "load-balancer-drops-invalid-headers",
  description: "A load balancer drops headers that are none.",
  types: ["aws:lb/loadBalancer:LoadBalancer"],
  property: "dropInvalidHeaderFields",
  holds: (value) => value === true,
  when: ({ props }) =>
    props["loadBalancerType"] !== "network" && props["loadBalancerType"] !== "gateway",
  allowed: "true",
  next: "set dropInvalidHeaderFields",
});
