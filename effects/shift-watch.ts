import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { type AlarmObservation, type ShiftObservation, troubleIn } from "../release/shift-judge";
import { clientConfig } from "./clients";
import { pause } from "./interruption";
import { remark } from "./remark";
import { type CheckedSlot, checkedBy, slotHealthOf } from "./slot-health";

/** What a version is watched by while the traffic moves to it. */
export interface WatchedVersion extends CheckedSlot {
  /** Healthy targets, or tasks of a worker, that it must have. */
  readonly needed: number;
  /** Names of the alarms on the slot itself. */
  readonly alarms: readonly string[];
  /** Names of other alarms. */
  readonly watch: readonly string[];
}

const pollSeconds = 2;

/** An alarm falls silent when the minutes that it looks back on are over, a few more than it evaluates.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html */
const SETTLE_SECONDS = 300;

/** Looks at a version's tasks and alarms, and says what is wrong. */
export class ShiftWatch {
  private readonly version: WatchedVersion;
  private readonly cloudwatch: CloudWatchClient;
  private readonly health: ReturnType<typeof slotHealthOf>;

  constructor(version: WatchedVersion) {
    this.version = version;
    this.cloudwatch = new CloudWatchClient(clientConfig(version));
    this.health = slotHealthOf(version);
  }

  /**
   * Waits until the slot's own alarms are silent. While the slot has no traffic they can but tell of the version
   * that it held before, which must not keep a better one from being delivered.
   */
  async settle(stop: AbortSignal): Promise<void> {
    const { alarms } = this.version;
    const end = Date.now() + SETTLE_SECONDS * 1000;
    for (let isFirst = true; Date.now() < end && !stop.aborted; isFirst = false) {
      const fires = (await this.observeAlarms(alarms)).filter(({ state }) => state === "ALARM");
      if (fires.length === 0) return;
      if (isFirst)
        remark(
          `waiting until ${fires.map(({ name }) => name).join(" and ")} ` +
            `${fires.length === 1 ? "is" : "are"} silent, ${SETTLE_SECONDS} s at most: ` +
            "no traffic is there yet, so what fires tells of the version before",
        );
      await pause(pollSeconds);
    }
  }

  /** @throws with what is wrong now */
  async look(): Promise<void> {
    const trouble = troubleIn(await this.observe(), this.version.needed, checkedBy(this.version));
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
      this.health(),
      this.observeAlarms([...this.version.alarms, ...this.version.watch]),
    ]);
    return { healthy: healthy, ailing: others, alarms };
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
