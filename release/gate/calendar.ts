import { type Day, DAYS, type Freeze, type Window } from "./gate";

/** What a time zone's clocks and calendar show. */
interface Local {
  readonly day: Day;
  /** `YYYY-MM-DD` */
  readonly date: string;
  /** `HH:MM`, from 00:00 to 23:59. */
  readonly time: string;
}

/** Whether a name is one that this machine knows a time zone by. */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** What clocks show is asked of an instant, never the other way round: an hour that a change skips or repeats is no trouble. */
function localTime(now: Date, zone: string): Local {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    weekday: "short",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(now);
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((each) => each.type === type)?.value ?? "";
  const name = part("weekday").toLowerCase();
  const day = DAYS.find((each) => each === name);
  if (day === undefined) throw new RangeError(`no day of the week: ${name}`);
  const date = `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`;
  return { day, date, time: `${part("hour")}:${part("minute")}` };
}

export function isOpen({ days, from, to, zone }: Window, now: Date): boolean {
  const { day, time } = localTime(now, zone);
  return days.includes(day) && from <= time && time < to;
}

export function isFrozen({ from, to, zone }: Freeze, now: Date): boolean {
  const { date } = localTime(now, zone);
  return from <= date && date <= to;
}

/** An instant as a zone's clocks show it, for people. */
export function showTime(now: Date, zone: string): string {
  const { day, date, time } = localTime(now, zone);
  return `${day} ${date} ${time} ${zone}`;
}

export const showWindow = ({ days, from, to, zone }: Window): string =>
  `${days.join(", ")} ${from} to ${to} ${zone}`;
