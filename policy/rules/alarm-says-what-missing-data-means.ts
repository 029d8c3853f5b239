import { propertyRule, text } from "../rule";

export const alarmSaysWhatMissingDataMeans = propertyRule({
  name: "alarm-says-what-missing-data-means",
  description: "An alarm says what it means that there is no data.",
  types: ["aws:cloudwatch/metricAlarm:MetricAlarm"],
  property: "treatMissingData",
  holds: (value) => text(value) !== "",
  allowed: "notBreaching, breaching, ignore or missing",
  next: "set treatMissingData: without traffic there is no data, and the alarm must not depend on that by chance",
});
