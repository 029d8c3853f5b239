import type { Environment } from "../shared/environment-reader";
import type { Log } from "../shared/log";
import { readReporterConfig } from "./config";

/**
 * For smoke and acceptance tests: nobody can ask a worker anything, so its image tests itself, in a task beside it.
 *
 * @throws Error when the environment is wrong, or when FAULT asks for a failure
 */
export function selfTest(environment: Environment, log: Log): void {
  const { identity, fault } = readReporterConfig(environment);
  if (fault === "failing-selftest") throw new Error("the self-test failed: FAULT asks for it");
  log("info", "the self-test passed", { ...identity });
}
