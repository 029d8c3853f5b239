import type { Checked } from "./readiness";

/** What is seen of the new version while the traffic moves to it. */
export interface ShiftObservation {
  readonly healthy: number;
  /** What is not healthy, with why. */
  readonly ailing: readonly string[];
  readonly alarms: readonly AlarmObservation[];
}

export interface AlarmObservation {
  readonly name: string;
  /** `absent`: CloudWatch knows no such alarm. */
  readonly state: "OK" | "ALARM" | "INSUFFICIENT_DATA" | "absent";
  /** CloudWatch's own words, with the figures that led to the state. */
  readonly reason: string;
}

/**
 * Why the new version must not get, or keep, any traffic; nothing if it may.
 *
 * @param needed healthy targets, or tasks of a worker, that it needs to do all of the work
 */
export function troubleIn(
  seen: ShiftObservation,
  needed: number,
  checked: Checked = "targets",
): string | undefined {
  const firing = seen.alarms.filter(({ state }) => state === "ALARM");
  if (firing.length > 0)
    return firing.map(({ name, reason }) => `the alarm ${name} fires: ${reason}`).join("; ");
  const absent = seen.alarms.filter(({ state }) => state === "absent");
  if (absent.length > 0)
    return `there is no alarm ${absent.map(({ name }) => name).join(", ")} to watch`;
  if (seen.healthy < needed) {
    const why = seen.ailing.length > 0 ? ` (${seen.ailing.join("; ")})` : "";
    return `it has ${seen.healthy} healthy ${checked}, it needs ${needed}${why}`;
  }
  return undefined;
}

/** An alarm's ARN ends in its name. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html */
export const alarmName = (arn: string): string => arn.split(":alarm:").at(-1) ?? arn;
