import { CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { Task } from "@aws-sdk/client-ecs";
import type { AwsPlace } from "../components/place";
import { clientConfig } from "./clients";
import { pause } from "./interruption";

/** Where the container of a task logs. */
export interface TaskLog extends AwsPlace {
  readonly containerName: string;
  readonly logGroup: string;
  readonly logStreamPrefix: string;
}

const LINES = 15;

/**
 * What happened to a task, with the last lines that it wrote.
 * @param lateSeconds how long to ask for lines where there is a log and nothing in it: what a task wrote at its end may
 * show after its end. None where traffic waits to be turned back.
 */
export async function withLastLines(
  what: string,
  log: TaskLog,
  taskArn: string,
  lateSeconds = 0,
): Promise<string> {
  const lines = await lastLines(log, taskArn, lateSeconds);
  return [
    what,
    lines.length > 0 ? "last lines of its log:" : "it wrote no log",
    ...lines.map((line) => `  ${line}`),
  ].join("\n");
}

/** None where its container never started. */
async function lastLines(log: TaskLog, taskArn: string, lateSeconds: number): Promise<string[]> {
  const { logGroup, logStreamPrefix, containerName } = log;
  const id = taskArn.split("/").at(-1) ?? "";
  const logs = new CloudWatchLogsClient(clientConfig(log));
  const newest = new GetLogEventsCommand({
    logGroupName: logGroup,
    logStreamName: `${logStreamPrefix}/${containerName}/${id}`,
    limit: LINES,
    startFromHead: false,
  });
  try {
    for (let waited = 0; ; waited++) {
      const { events = [] } = await logs.send(newest);
      if (events.length > 0 || waited === lateSeconds)
        return events.map(({ message = "" }) => message.trimEnd());
      await pause(1);
    }
  } catch {
    return []; // no stream
  }
}

/** How a task ended: `task ID stopped: Essential container in task exited; exit code 1`. */
export function endingOf(task: Task, containerName: string): string {
  const container = task.containers?.find((each) => each.name === containerName);
  const ending =
    container?.exitCode === undefined ? container?.reason : `exit code ${container.exitCode}`;
  const id = task.taskArn?.split("/").at(-1) ?? "";
  return `task ${id} stopped: ${[task.stoppedReason, ending].filter(Boolean).join("; ")}`;
}
