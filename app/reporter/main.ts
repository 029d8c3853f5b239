import type { Log } from "../shared/log";
import { onStop, runProgram } from "../shared/run-program";
import { readReporterConfig } from "./config";
import { checkHeartbeat } from "./heartbeat";
import { Reporter } from "./reporter";
import { selfTest } from "./self-test";

runProgram({
  main: work,
  verb: "work",
  commands: {
    "--healthcheck": () => checkHeartbeat(process.env),
    "--selftest": (log) => {
      selfTest(process.env, log);
    },
  },
});

async function work(log: Log): Promise<void> {
  const config = readReporterConfig(process.env);
  const reporter = new Reporter(config, log);
  onStop((signal) => {
    log("info", "stopping", { signal });
    reporter.stop();
    return Promise.resolve();
  });
  log("info", "started", { ...config.identity });
  const reports = await reporter.run();
  log("info", "stopped", { reports, ...config.identity });
  process.exit(0);
}
