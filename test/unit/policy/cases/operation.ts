import { type Cases, of, type Properties } from "../samples";

const alarm = (props: Properties = {}) => of("aws:cloudwatch/metricAlarm:MetricAlarm", props);
const cluster = (value: string) =>
  of("aws:ecs/cluster:Cluster", { settings: [{ name: "containerInsights", value }] });
const logGroup = (props: Properties = {}) => of("aws:cloudwatch/logGroup:LogGroup", props);
const service = (props: Properties) => of("aws:ecs/service:Service", props);
const shift = (alarms: readonly string[]) =>
  of("pulumi-nodejs:dynamic/switchyard:TrafficShift", { services: { web: { alarms } } });
const tagged = (name: string, tags?: Properties) =>
  of("aws:ecs/cluster:Cluster", { ...(tags && { tags }), tagsAll: {} }, { name });
const TEAM = { Team: "yard", Name: "one" };

export const OPERATION: Cases = {
  "log-retention-set": {
    keeps: { "a month": logGroup({ retentionInDays: 30 }) },
    breaks: {
      "for ever": [logGroup(), /retentionInDays: found nothing/],
      "for ever, in other words": [logGroup({ retentionInDays: 0 }), /found 0/],
    },
  },
  "cluster-insights": {
    keeps: { "the metrics": cluster("enabled"), "more of them": cluster("enhanced") },
    breaks: {
      "switched off": [cluster("disabled"), /containerInsights: found "disabled"/],
      "no word of it": [of("aws:ecs/cluster:Cluster"), /found nothing/],
    },
  },
  "service-circuit-breaker": {
    keeps: { "a circuit breaker": service({ deploymentCircuitBreaker: { enable: true } }) },
    breaks: { none: [service({}), /deploymentCircuitBreaker.enable: found nothing/] },
  },
  "alarm-says-what-missing-data-means": {
    keeps: { "it says so": alarm({ treatMissingData: "notBreaching" }) },
    breaks: { "no word of it": [alarm(), /treatMissingData: found nothing/] },
  },
  "alarm-acts": {
    keeps: { "no word of it": alarm() },
    breaks: { "switched off": [alarm({ actionsEnabled: false }), /actionsEnabled: found false/] },
  },
  "live-slot-has-alarms": {
    keeps: {
      "an alarm of the stack": [shift(["web-failed"]), alarm({ name: "web-failed" })],
      "no services": [of("pulumi-nodejs:dynamic/switchyard:TrafficShift", { services: {} })],
    },
    breaks: {
      none: [[shift([])], /alarms of web: found "none"/],
      "one that is not of the stack": [
        [shift(["web-failed", "web-slow"]), alarm({ name: "web-failed" })],
        /found {"missing":\["web-slow"\]}/,
      ],
    },
  },
  "tags-on-everything": {
    keeps: {
      "no tags at all": [tagged("one"), tagged("two")],
      "names alone": [tagged("one", { Name: "one" }), tagged("two")],
      "the same tags": [tagged("one", TEAM), tagged("two", { Team: "yard" })],
      "what has no tags in AWS": [tagged("one", TEAM), of("aws:ec2/route:Route")],
      "parts of security groups": [
        tagged("one", TEAM),
        of("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", { tagsAll: {} }),
      ],
    },
    breaks: {
      "one without": [
        [tagged("one", TEAM), tagged("two")],
        /Cluster two: tags: found \[\]; allowed: all of Team; add the type to components\/tags.ts/,
      ],
    },
  },
};
