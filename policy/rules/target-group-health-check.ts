import { propertyRule, text } from "../rule";

export const targetGroupHealthCheck = propertyRule({
  name: "target-group-health-check",
  description: "A target group asks its targets whether they work.",
  types: ["aws:lb/targetGroup:TargetGroup"],
  property: "healthCheck.path",
  holds: (value) => text(value).startsWith("/"),
  when: ({ props }) => text(props["protocol"]).startsWith("HTTP"),
  allowed: "a path",
  next: "set healthCheck, with a path that answers 200 only where the target works",
});
