import { propertyRule } from "../rule";

export const logRetentionSet = propertyRule({
  name: "log-retention-set",
  description: "A log group says how long it keeps its lines.",
  types: ["aws:cloudwatch/logGroup:LogGroup"],
  property: "retentionInDays",
  holds: (value) => typeof value === "number" && value > 0,
  allowed: "a number of days above 0; 0 and nothing mean for ever",
  next: "set retentionInDays, as settings do by switchyard:logRetentionDays",
});
