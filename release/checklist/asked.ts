import type { StoredResource } from "../command/stack-state";

/** What AWS is asked for, by what the stack's state names. */
export interface Asked {
  /** Names of the alarms that turn a version back, by service. */
  readonly alarms: Readonly<Record<string, readonly string[]>>;
  /** Which of these nobody calls: they have alarms of others at most. */
  readonly workers: readonly string[];
  readonly clusterArns: readonly string[];
  readonly secrets: readonly { readonly name: string; readonly arn: string }[];
  /** Alarms that tell somebody. */
  readonly told: readonly string[];
}

const SHIFT = "pulumi-nodejs:dynamic/switchyard:TrafficShift";

/** Alarms of another's are named by their ARNs. */
const alarmName = (text: string): string => text.split(":alarm:").at(-1) ?? text;

export function askedOf(resources: readonly StoredResource[]): Asked {
  const of = (type: string): readonly StoredResource[] =>
    resources.filter((each) => each.type === type);
  const shift = of(SHIFT)[0]?.outputs ?? {};
  const services = { ...part(shift["services"]), ...part(shift["workers"]) };
  return {
    alarms: Object.fromEntries(
      Object.entries(services).map(([name, value]) => {
        const { alarms, watch } = part(value);
        return [name, [...texts(alarms), ...texts(watch).map(alarmName)]];
      }),
    ),
    workers: Object.keys(part(shift["workers"])),
    clusterArns: of("aws:ecs/cluster:Cluster").flatMap(({ outputs }) => texts([outputs?.["arn"]])),
    secrets: of("aws:secretsmanager/secret:Secret").flatMap(({ urn, outputs }) =>
      texts([outputs?.["arn"]]).map((arn) => ({ name: urn.split("::").at(-1) ?? urn, arn })),
    ),
    told: of("aws:cloudwatch/metricAlarm:MetricAlarm").flatMap(({ outputs }) =>
      texts(outputs?.["alarmActions"]).length > 0 ? texts([outputs?.["name"]]) : [],
    ),
  };
}

const part = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
