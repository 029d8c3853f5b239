import { readdirSync, readFileSync } from "node:fs";

/** Most memory that any process with these words in its command line has had resident, in MiB; nothing if there is none. */
function peakMiB(words: RegExp): number {
  let peak = 0;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      if (!words.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"))) continue;
      const kib = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
      peak = Math.max(peak, Number(kib ?? 0) / 1024);
    } catch {
      // it has just ended
    }
  }
  return peak;
}

/** Watches the program's own process, which `pulumi` starts, for as long as `work` takes. */
export async function withPeakMemory<T>(
  work: () => Promise<T>,
): Promise<{ result: T; peakMiB: number }> {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, peakMiB(/@pulumi\/pulumi\/cmd\/run/));
  }, 50);
  try {
    const result = await work();
    return { result, peakMiB: Math.round(peak) };
  } finally {
    clearInterval(timer);
  }
}
