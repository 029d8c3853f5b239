/** A duration for people: `0.4 s`, `34 s`, `2 min 5 s`, `3 h 10 min`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${(Math.floor(seconds * 10) / 10).toFixed(1).replace(/\.0$/, "")} s`;
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return pair(Math.floor(whole / 60), "min", whole % 60, "s");
  return pair(Math.floor(whole / 3600), "h", Math.floor((whole % 3600) / 60), "min");
}

/** How long ago a time was: `25 min ago`, `3 days ago`. */
export function ago(iso: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(iso)) / 1000));
  const days = Math.floor(seconds / 86_400);
  if (days >= 2) return `${days} days ago`;
  return seconds < 3600 && seconds >= 60
    ? `${Math.floor(seconds / 60)} min ago`
    : `${duration(seconds)} ago`;
}

/** A time to the second, in UTC: `2026-11-21 08:33:08 UTC`. */
export function time(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
