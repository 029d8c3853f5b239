import { stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { EnvironmentReader, type Environment } from "../shared/environment-reader";

/** In the container `/tmp`, the one place that can be written. */
const file = (): string => path.join(tmpdir(), "heartbeat");

/** Says that the work goes on: the file's time counts, not what is in it. */
export function beat(): Promise<void> {
  return writeFile(file(), `${new Date().toISOString()}\n`);
}

/**
 * For the container's health check: there is no port to ask, so it looks at the last beat of the process beside it.
 *
 * @throws Error when there is none, or it is older than HEARTBEAT_MAX_AGE_SECONDS (default 5)
 */
export async function checkHeartbeat(environment: Environment): Promise<void> {
  const reader = new EnvironmentReader(environment);
  const maxAgeSeconds = reader.integer("HEARTBEAT_MAX_AGE_SECONDS", {
    min: 1,
    max: 3_600,
    fallback: 5,
  });
  reader.finish();
  const { mtimeMs } = await stat(file()).catch(() => {
    throw new Error("there was no heartbeat so far");
  });
  const ageSeconds = (Date.now() - mtimeMs) / 1000;
  if (ageSeconds > maxAgeSeconds)
    throw new Error(
      `the last heartbeat is ${ageSeconds.toFixed(1)} s old, allowed are ${maxAgeSeconds} s`,
    );
}
