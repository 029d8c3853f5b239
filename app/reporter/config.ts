import { EnvironmentReader, type Environment } from "../shared/environment-reader";
import { readIdentity, type Identity } from "../shared/identity";
import { FAULTS, type Fault } from "./faults";

/** There is a heartbeat for each report: it must come well before the last one is too old. */
const MOST_MS = 2_000;

export interface ReporterConfig {
  readonly identity: Identity;
  /** From the beginning of one report to the beginning of the next. */
  readonly intervalMs: number;
  /** How long one report takes. */
  readonly workMs: number;
  readonly fault: Fault;
  /** Reports that go well before `crash` or `hang` show. */
  readonly faultAfter: number;
}

export function readReporterConfig(environment: Environment): ReporterConfig {
  const reader = new EnvironmentReader(environment);
  const config = {
    identity: readIdentity(reader),
    intervalMs: reader.integer("INTERVAL_MS", { min: 1, max: MOST_MS, fallback: 1_000 }),
    workMs: reader.integer("WORK_MS", { min: 0, max: MOST_MS, fallback: 300 }),
    fault: reader.oneOf("FAULT", FAULTS, "none"),
    faultAfter: reader.integer("FAULT_AFTER", { min: 0, max: 1_000_000, fallback: 0 }),
  };
  reader.finish();
  return config;
}
