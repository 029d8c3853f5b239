import { propertyRule } from "../rule";

export const alarmActs = propertyRule({
  name: "alarm-acts",
  description: "An alarm that is declared is not switched off.",
  types: ["aws:cloudwatch/metricAlarm:MetricAlarm"],
  property: "actionsEnabled",
  holds: (value) => value !== false,
  allowed: "true",
  next: "leave actionsEnabled out; an alarm that must be silent for a while is silenced by its exception",
});
