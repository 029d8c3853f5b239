import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import assert from "node:assert/strict";
import type { Account } from "../../demo/stacks";
import { clientConfigOf } from "./aws";

/** What one task of the sample's worker has told of itself. Times are its own, in ms. */
export interface WorkerTask {
  readonly id: string;
  readonly slot: string;
  readonly digest: string;
  readonly started: number;
  /** When each of its reports was done, the oldest first. */
  readonly reports: readonly number[];
  /** When it said that it had ended, with its last report done; nothing while it works, or where it was killed. */
  readonly stopped: number | undefined;
}

/** Lines that the sample's worker writes. */
interface Line {
  readonly msg: string;
  readonly time: string;
  readonly slot?: string;
  readonly digest?: string;
}

/** All tasks of a worker that ever wrote a line, the oldest first. One-off tasks, which only test themselves, are none. */
export async function workerTasks(account: Account, service: string): Promise<WorkerTask[]> {
  const logs = new CloudWatchLogsClient(clientConfigOf(account));
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
  const name = new RegExp(`(^|[-/])${service}-`);
  const { logGroupName } = logGroups.find((each) => name.test(each.logGroupName ?? "")) ?? {};
  assert.ok(logGroupName, `no log group of ${service}`);
  const { logStreams = [] } = await logs.send(new DescribeLogStreamsCommand({ logGroupName }));
  const found = await Promise.all(
    logStreams.map(async ({ logStreamName = "" }) =>
      taskOf(logStreamName, await linesOf(logs, logGroupName, logStreamName)),
    ),
  );
  return found.flatMap((task) => task ?? []).sort((one, other) => one.started - other.started);
}

async function linesOf(
  logs: CloudWatchLogsClient,
  logGroupName: string,
  logStreamName: string,
): Promise<Line[]> {
  const lines: Line[] = [];
  const place = { logGroupName, logStreamName, startFromHead: true };
  for (let nextToken: string | undefined; ;) {
    const page = await logs.send(new GetLogEventsCommand({ ...place, nextToken }));
    for (const { message = "" } of page.events ?? []) lines.push(JSON.parse(message) as Line);
    // The end is where the token comes back that was sent.
    if (page.nextForwardToken === nextToken) return lines;
    nextToken = page.nextForwardToken;
  }
}

function taskOf(stream: string, lines: readonly Line[]): WorkerTask | undefined {
  const timesOf = (message: string): number[] =>
    lines.filter(({ msg }) => msg === message).map(({ time }) => Date.parse(time));
  const started = lines.find(({ msg }) => msg === "started");
  if (started === undefined) return undefined;
  return {
    id: stream.split("/").at(-1) ?? "",
    slot: started.slot ?? "",
    digest: started.digest ?? "",
    started: Date.parse(started.time),
    reports: timesOf("reported"),
    stopped: timesOf("stopped")[0],
  };
}

/** The longest time without a report of any of these tasks, between two moments; in seconds. */
export function longestPause(tasks: readonly WorkerTask[], from: number, to: number): number {
  const within = tasks.flatMap(({ reports }) => reports).filter((at) => at > from && at < to);
  const moments = [from, ...within.sort((one, other) => one - other), to];
  const pauses = moments.slice(1).map((moment, index) => moment - (moments[index] ?? moment));
  return Math.max(...pauses) / 1000;
}
