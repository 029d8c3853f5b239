import { propertyRule } from "../rule";

export const serviceCircuitBreaker = propertyRule({
  name: "service-circuit-breaker",
  description: "A version of a service that does not start is given up.",
  types: ["aws:ecs/service:Service"],
  property: "deploymentCircuitBreaker.enable",
  holds: (value) => value === true,
  allowed: "true",
  next: "set deploymentCircuitBreaker: { enable: true, rollback: false }",
});
