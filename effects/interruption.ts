import { subscribe } from "node:diagnostics_channel";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * What the engine calls when the user interrupts an update (Ctrl-C). It then waits for what is under way, and
 * Pulumi's own provider for dynamic resources does not pass it on: it is seen here as it arrives. Node.js
 * before 24.2 does not tell; there a wait ends by itself, or with the process.
 * https://nodejs.org/api/diagnostics_channel.html
 */
const CANCEL = "/pulumirpc.ResourceProvider/Cancel";
const CHANNEL = "http2.server.stream.start";

const interruption = new AbortController();

subscribe(CHANNEL, (message) => {
  const { headers } = message as { readonly headers?: Readonly<Record<string, unknown>> };
  if (headers?.[":path"] === CANCEL) interruption.abort();
});

/** Waits whatever happens: what is put back is put back after an interruption, too. */
export const pauseThough = (seconds: number): Promise<void> => sleep(seconds * 1000);

/** How time goes by: tests put a clock of their own in its place. */
export const clock = { pause: untilInterrupted };

/** @throws as soon as the update is interrupted */
export const pause = (seconds: number): Promise<void> => clock.pause(seconds);

async function untilInterrupted(seconds: number): Promise<void> {
  try {
    await sleep(seconds * 1000, undefined, { signal: interruption.signal });
  } catch {
    throw new Error("the update was interrupted");
  }
}
