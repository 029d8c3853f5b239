import * as pulumi from "@pulumi/pulumi";
import { type Problem, SettingsError } from "../release/errors";
import type { ImagePlan } from "../release/image-plan";
import { pick } from "../release/map-values";
import type { Recorded } from "../release/outputs";
import {
  type DesiredRevision,
  desiredRevision,
  type Revision,
  sameRevision,
} from "../release/revision";
import { changedKinds } from "../release/service-kind";
import { alarmName } from "../release/shift-judge";
import { otherSlot, type Slot, SLOTS } from "../release/slots";
import { releaseSeconds } from "../release/watched-time";
import { childPath, topPath } from "../settings/config-path";
import type { ServiceSettings, Settings } from "../settings/types";
import type { AwsPlace, StackPlace } from "./place";

/** What an update needs beside its shift: images, the tasks of the new version, and their health. */
const OTHER_SECONDS = 120;

/**
 * What only AWS, the environment and the record can tell of the settings, before anything starts.
 *
 * @throws RunError with every problem found, by its path: Pulumi shows its message without a stack
 */
export async function requirePreconditions(
  settings: Settings,
  place: StackPlace,
  images: Readonly<Record<string, ImagePlan>>,
  recorded: Recorded | undefined,
): Promise<void> {
  const services = Object.entries(settings.services).map(([name, service]) => {
    const previous = recorded?.services[name];
    const desired = desiredRevision(name, service, settings.secrets, pick(images, name));
    const isHeld = (slot: Slot): boolean => holds(previous?.[slot], desired);
    return { name, service, previous, isHeld };
  });
  // What goes back to what stands by goes at once, watched by nothing: nothing of the watch may be in its way.
  const watched = services.filter(
    ({ previous, isHeld }) =>
      !previous || isHeld(previous.live) || !isHeld(otherSlot(previous.live)),
  );
  const shifting = services.filter(({ previous, isHeld }) => previous && !SLOTS.some(isHeld));
  const problems = [
    ...changedKinds(settings, recorded?.services, place.project),
    ...(await unknownAlarms(settingsOf(watched), place)),
    ...shortCredentials(settingsOf(shifting), place),
  ];
  if (problems.length > 0) throw new pulumi.RunError(new SettingsError(problems).message);
}

type Services = Readonly<Record<string, ServiceSettings>>;

const settingsOf = (
  services: readonly { readonly name: string; readonly service: ServiceSettings }[],
): Services => Object.fromEntries(services.map(({ name, service }) => [name, service]));

const holds = (content: Revision | undefined, desired: DesiredRevision): boolean =>
  content !== undefined && sameRevision(content, desired);

const deliveryPath = (project: string, service: string): string =>
  childPath(childPath(topPath(project, "services"), service), "delivery");

/** A watched alarm that is not there can't turn a version back. */
async function unknownAlarms(services: Services, { aws, project }: StackPlace): Promise<Problem[]> {
  const watched = Object.entries(services).flatMap(([service, { delivery }]) =>
    delivery.alarms.watch.map((arn, index) => ({
      arn,
      path: childPath(
        childPath(childPath(deliveryPath(project, service), "alarms"), "watch"),
        index,
      ),
    })),
  );
  if (watched.length === 0) return [];
  const known = await alarmArns(aws, [...new Set(watched.map(({ arn }) => arn))]);
  return watched
    .filter(({ arn }) => !known.has(arn))
    .map(({ arn, path }) => ({
      path,
      found: `${arn}, which CloudWatch does not know`,
      allowed: "alarms that are there",
      action: "create the alarm first, or take it out",
    }));
}

/** Loaded when it is needed: most stacks watch no alarm of their own. */
async function alarmArns(place: AwsPlace, arns: readonly string[]): Promise<Set<string>> {
  const { CloudWatchClient, paginateDescribeAlarms } = await import("@aws-sdk/client-cloudwatch");
  const client = new CloudWatchClient(place);
  const names = arns.map(alarmName);
  const found = new Set<string>();
  while (names.length > 0) {
    const AlarmNames = names.splice(0, MOST_NAMES);
    const pages = paginateDescribeAlarms(
      { client },
      { AlarmNames, AlarmTypes: ["MetricAlarm", "CompositeAlarm"] },
    );
    for await (const { MetricAlarms = [], CompositeAlarms = [] } of pages)
      for (const { AlarmArn } of [...MetricAlarms, ...CompositeAlarms])
        if (AlarmArn !== undefined) found.add(AlarmArn);
  }
  return found;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const MOST_NAMES = 100;

/**
 * Whether the credentials live as long as the steps and the bake: without them nothing could be put back. Only those
 * in the environment are fixed; profiles and roles of a machine are renewed by themselves. `aws configure
 * export-credentials` says until when they live. https://docs.aws.amazon.com/cli/latest/reference/configure/export-credentials.html
 */
function shortCredentials(services: Services, { aws, project }: StackPlace): Problem[] {
  const { AWS_ACCESS_KEY_ID: key, AWS_CREDENTIAL_EXPIRATION: until } = process.env;
  const names = Object.keys(services);
  const end = Date.parse(until ?? "");
  // A profile that the settings name is used in place of what is in the environment.
  if (!key || aws.profile !== undefined || Number.isNaN(end) || names.length === 0) return [];
  const needed = releaseSeconds(Object.values(services).map(({ delivery }) => delivery));
  const left = Math.floor((end - Date.now()) / 1000);
  if (left >= needed + OTHER_SECONDS) return [];
  return names.map((name) => ({
    path: deliveryPath(project, name),
    found: `steps and bakes of ${needed} s, with credentials that end in ${Math.max(0, left)} s (${String(until)})`,
    allowed: `credentials that live ${needed + OTHER_SECONDS} s or more`,
    action: "log in again, for longer, or shorten steps and bake",
  }));
}
