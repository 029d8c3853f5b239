import { isRecord, items, read, type StackResource, type StackRule } from "../rule";

const SHIFT = "pulumi-nodejs:dynamic/switchyard:TrafficShift";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";

export const liveSlotHasAlarms: StackRule = {
  name: "live-slot-has-alarms",
  description: "Alarms of its own watch the slot of each service that is to have the traffic.",
  types: [SHIFT],
  *checkAmong(shift, stack) {
    const declared = stack.filter(({ type }) => type === ALARM).map(({ props }) => props["name"]);
    for (const [service, traffic] of servicesOf(shift)) {
      const alarms = items(read(traffic, "alarms"));
      const missing = alarms.filter((alarm) => !declared.includes(alarm));
      if (alarms.length > 0 && missing.length === 0) continue;
      yield {
        failed: `alarms of ${service}`,
        found: alarms.length > 0 ? { missing } : "none",
        allowed: "one or more alarms of this stack",
        next: `leave switchyard:services.${service}.delivery.alarms.enabled true`,
      };
    }
  },
};

const servicesOf = ({ props }: StackResource): (readonly [string, unknown])[] =>
  isRecord(props["services"]) ? Object.entries(props["services"]) : [];
