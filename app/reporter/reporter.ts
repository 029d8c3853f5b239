import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../shared/log";
import type { ReporterConfig } from "./config";
import { beat } from "./heartbeat";

/** Makes one report after the other, until it is told to stop. */
export class Reporter {
  private readonly config: ReporterConfig;
  private readonly log: Log;
  private readonly stopping = new AbortController();

  constructor(config: ReporterConfig, log: Log) {
    this.config = config;
    this.log = log;
  }

  /** @returns how many reports it made, once the one that was under way when it was stopped is done */
  async run(): Promise<number> {
    const { identity, intervalMs, workMs, fault, faultAfter } = this.config;
    let made = 0;
    while (!this.stopping.signal.aborted) {
      const next = performance.now() + intervalMs;
      if (fault !== "no-heartbeat") await beat();
      if (made === faultAfter) {
        if (fault === "crash") throw new Error("FAULT is crash: the version ends on purpose");
        if (fault === "hang") await forever();
      }
      await sleep(workMs);
      this.log("info", "reported", { number: ++made, ...identity });
      await this.pause(next - performance.now());
    }
    return made;
  }

  /** No report is begun any more. */
  stop(): void {
    this.stopping.abort();
  }

  private async pause(ms: number): Promise<void> {
    const { signal } = this.stopping;
    await sleep(Math.max(0, ms), undefined, { signal }).catch(() => undefined);
  }
}

/** Keeps the process alive as well, which a promise alone does not. */
const forever = (): Promise<never> =>
  new Promise(() => {
    setInterval(() => undefined, 60_000);
  });
