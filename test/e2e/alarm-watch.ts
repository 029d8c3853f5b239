import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "../../demo/stacks";
import { Aws, clientConfigOf } from "./aws";

const lookMs = 200;

/** Looks at a service whose traffic moves from blue to green, and at an alarm that is to turn it back. */
export function watchReturn(
  account: Account,
  service: string,
  alarm: string,
): {
  /** @returns seconds from the alarm to all traffic being on blue again; nothing if it did not fire, or move */
  stop: () => Promise<number | undefined>;
} {
  const aws = new Aws(account);
  const cloudwatch = new CloudWatchClient(clientConfigOf(account));
  let [fired, back, moved, stopped] = [0, 0, false, false];
  const watching = (async () => {
    while (!stopped) {
      const isBack = (await aws.weights()).get(service)?.["blue"] === 100;
      moved ||= !isBack;
      const { MetricAlarms = [] } = await cloudwatch.send(
        new DescribeAlarmsCommand({ AlarmNames: [alarm] }),
      );
      if (moved && MetricAlarms[0]?.StateValue === "ALARM") fired ||= performance.now();
      if (moved && isBack) back ||= performance.now();
      await sleep(lookMs);
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await watching;
      return fired && back ? Math.max(0, back - fired) / 1000 : undefined;
    },
  };
}
