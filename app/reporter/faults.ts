/** What a version does wrong on purpose, for tests of deliveries. */
export const FAULTS = [
  "none",
  /** Ends with an error, at once or after a while. */
  "crash",
  /** Works, and never writes its heartbeat: it does not get healthy. */
  "no-heartbeat",
  /** Is stuck in a report, the first or a later one, and deaf to SIGTERM: it turns unhealthy. */
  "hang",
  /** Fails its self-test. */
  "failing-selftest",
] as const;

export type Fault = (typeof FAULTS)[number];
