import type { EnvironmentReader } from "./environment-reader";
import { readIdentity, type Identity } from "./identity";

export interface DrainLimits {
  /**
   * How long new requests are still taken after SIGTERM. A load balancer takes its target out
   * before the signal is sent; this covers what it sent in the meantime on a connection it kept.
   */
  readonly lameDuckMs: number;
  /** From SIGTERM to giving up, lame duck included. Keep it below the container's stop timeout. */
  readonly timeoutMs: number;
}

export interface ServiceConfig {
  readonly identity: Identity;
  /** 0 lets the system choose one. */
  readonly port: number;
  readonly drain: DrainLimits;
}

export function readServiceConfig(reader: EnvironmentReader): ServiceConfig {
  const identity = readIdentity(reader);
  const port = reader.integer("PORT", { min: 0, max: 65_535 });
  const timeoutMs = reader.integer("DRAIN_TIMEOUT_MS", { min: 1, max: 120_000, fallback: 25_000 });
  const lameDuckMs = reader.integer("DRAIN_LAME_DUCK_MS", {
    min: 0,
    max: 60_000,
    fallback: Math.min(1_000, timeoutMs - 1),
  });
  if (lameDuckMs >= timeoutMs) {
    reader.reject(
      `DRAIN_LAME_DUCK_MS is ${lameDuckMs}: give less than DRAIN_TIMEOUT_MS, ${timeoutMs}`,
    );
  }
  return { identity, port, drain: { lameDuckMs, timeoutMs } };
}
