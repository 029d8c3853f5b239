import { CloudWatchClient, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { AwsPlace } from "../components/place";
import type { Asked } from "../release/checklist/asked";
import type { Health, RunningService } from "../release/checklist/facts";
import type { Read } from "../release/checklist/item";
import { activeServices } from "./active-services";
import { clientConfig, explain } from "./clients";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const MOST_NAMES = 100;

type Alarms = Extract<Health["alarms"], { read: true }>["value"];
type Secrets = Extract<Health["secrets"], { read: true }>["value"];

/** What AWS says now of a stack's alarms, services and secrets. What can't be asked is told and fails nothing. */
export async function readHealth(place: AwsPlace, asked: Asked): Promise<Health> {
  const [alarms, services, secrets] = await Promise.all([
    reading("reading alarms", () => alarmsOf(place, asked)),
    reading("reading services", () => servicesOf(place, asked)),
    reading("reading which secrets have a value", () => secretsOf(place, asked)),
  ]);
  return { alarms, services, secrets };
}

async function reading<T>(doing: string, read: () => Promise<T>): Promise<Read<T>> {
  try {
    return { read: true, value: await read() };
  } catch (error) {
    return { read: false, reason: explain(error, doing).message };
  }
}

async function alarmsOf(place: AwsPlace, { alarms }: Asked): Promise<Alarms> {
  const wanted = [...new Set(Object.values(alarms).flat())];
  const client = new CloudWatchClient(clientConfig(place));
  const states = new Map<string, string>();
  for (let from = 0; from < wanted.length; from += MOST_NAMES) {
    const AlarmNames = wanted.slice(from, from + MOST_NAMES);
    const pages = paginateDescribeAlarms(
      { client },
      { AlarmNames, AlarmTypes: ["MetricAlarm", "CompositeAlarm"] },
    );
    for await (const { MetricAlarms = [], CompositeAlarms = [] } of pages)
      for (const { AlarmName = "", StateValue = "" } of [...MetricAlarms, ...CompositeAlarms])
        states.set(AlarmName, StateValue);
  }
  return wanted.map((name) => ({ name, state: states.get(name) ?? "absent" }));
}

async function servicesOf(place: AwsPlace, { clusterArns }: Asked): Promise<RunningService[]> {
  const services = await activeServices(place, clusterArns);
  return services
    .filter(({ desiredCount = 0 }) => desiredCount > 0)
    .map(({ serviceName: name = "", runningCount: running = 0, desiredCount: desired = 0 }) => ({
      name,
      running,
      desired,
    }));
}

async function secretsOf(place: AwsPlace, { secrets }: Asked): Promise<Secrets> {
  const client = new SecretsManagerClient(clientConfig(place));
  const each = secrets.map(async ({ name, arn }) => {
    const answer = await client.send(new DescribeSecretCommand({ SecretId: arn }));
    const stages = Object.values(answer.VersionIdsToStages ?? {}).flat();
    return { name, hasValue: stages.includes("AWSCURRENT") };
  });
  return Promise.all(each);
}
