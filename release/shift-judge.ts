/** What is seen of the new version while the traffic moves to it. */
export interface ShiftObservation {
  readonly healthyTargets: number;
  /** Targets that are not healthy, with why. */
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
 * @param neededTargets healthy targets that it needs to carry all of the traffic
 */
export function troubleIn(seen: ShiftObservation, neededTargets: number): string | undefined {
  const firing = seen.alarms.filter(({ state }) => state === "ALARM");
  if (firing.length > 0)
    return firing.map(({ name, reason }) => `the alarm ${name} fires: ${reason}`).join("; ");
  const absent = seen.alarms.filter(({ state }) => state === "absent");
  if (absent.length > 0)
    return `there is no alarm ${absent.map(({ name }) => name).join(", ")} to watch`;
  if (seen.healthyTargets < neededTargets) {
    const why = seen.ailing.length > 0 ? ` (${seen.ailing.join("; ")})` : "";
    return `it has ${seen.healthyTargets} healthy targets, it needs ${neededTargets}${why}`;
  }
  return undefined;
}

/** An alarm's ARN ends in its name. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html */
export const alarmName = (arn: string): string => arn.split(":alarm:").at(-1) ?? arn;
