import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import type { AwsPlace } from "../components/place";
import { type AlarmObservation, type ShiftObservation, troubleIn } from "../release/shift-judge";
import { clientConfig } from "./clients";
import { pause } from "./interruption";
import { targetHealthOf } from "./target-health";

/** What a version is watched by while the traffic moves to it. */
export interface WatchedVersion extends AwsPlace {
  readonly targetGroupArn: string;
  readonly neededTargets: number;
  /** Names of the alarms on the slot itself. */
  readonly alarms: readonly string[];
  /** Names of other alarms. */
  readonly watch: readonly string[];
}

const pollSeconds = 2;

/** An alarm falls silent when the minutes that it looks back on are over, a few more than it evaluates.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html */
const SETTLE_SECONDS = 300;

/** Looks at a version's targets and alarms, and says what is wrong. */
export class ShiftWatch {
  private readonly version: WatchedVersion;
  private readonly cloudwatch: CloudWatchClient;
  private readonly targetHealth: ReturnType<typeof targetHealthOf>;

  constructor(version: WatchedVersion) {
    this.version = version;
    this.cloudwatch = new CloudWatchClient(clientConfig(version));
    this.targetHealth = targetHealthOf(version, version.targetGroupArn);
  }

  /**
   * Waits until the slot's own alarms are silent. While the slot has no traffic they can but tell of the version
   * that it held before, which must not keep a better one from being delivered.
   */
  async settle(): Promise<void> {
    const { alarms } = this.version;
    const end = Date.now() + SETTLE_SECONDS * 1000;
    const fires = async (): Promise<boolean> =>
      (await this.observeAlarms(alarms)).some(({ state }) => state === "ALARM");
    while (Date.now() < end && (await fires())) await pause(pollSeconds);
  }

  /** @throws with what is wrong now */
  async look(): Promise<void> {
    const trouble = troubleIn(await this.observe(), this.version.neededTargets);
    if (trouble !== undefined) throw new Error(trouble);
  }

  /** @throws as soon as something is wrong, or the update is interrupted, within `seconds` */
  async stay(seconds: number): Promise<void> {
    const end = Date.now() + seconds * 1000;
    for (let left = seconds; left > 0; left = (end - Date.now()) / 1000) {
      await pause(Math.min(left, pollSeconds));
      await this.look();
    }
  }

  private async observe(): Promise<ShiftObservation> {
    const [{ healthy, others }, alarms] = await Promise.all([
      this.targetHealth(),
      this.observeAlarms([...this.version.alarms, ...this.version.watch]),
    ]);
    return { healthyTargets: healthy, ailing: others, alarms };
  }

  private async observeAlarms(names: readonly string[]): Promise<AlarmObservation[]> {
    if (names.length === 0) return [];
    const { MetricAlarms = [], CompositeAlarms = [] } = await this.cloudwatch.send(
      new DescribeAlarmsCommand({
        AlarmNames: [...names],
        AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
        MaxRecords: 100,
      }),
    );
    const found = [...MetricAlarms, ...CompositeAlarms];
    return names.map((name) => {
      const alarm = found.find(({ AlarmName }) => AlarmName === name);
      const { StateValue: state = "absent", StateReason: reason = "" } = alarm ?? {};
      return { name, state, reason };
    });
  }
}
