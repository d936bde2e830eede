// Local time, done with the calendar and never with 86,400 seconds.

export interface Moment {
  /** The calendar date where the person is. */
  date: string;
  /** RFC 3339 with the offset that the wall clock had. */
  recorded_at: string;
  /** The IANA zone, or an offset where the phone doesn't know one. */
  time_zone: string;
}

/** What clock and calendar show at `now` in a zone; without one, in the zone that the phone is set to at this moment. */
export function localMoment(now: Date, timeZone: string = phoneZone(now)): Moment {
  const offset = offsetMinutes(now, timeZone);
  const wall = new Date(now.getTime() + offset * 60_000).toISOString();
  return { date: wall.slice(0, 10), recorded_at: wall.slice(0, 19) + written(offset), time_zone: timeZone };
}

/** The zone of the phone, asked for anew each time: people travel. */
export function phoneZone(now: Date): string {
  const named = typeof Intl === "object" ? Intl.DateTimeFormat().resolvedOptions().timeZone : undefined;
  if (named && named !== "Etc/Unknown") return named;
  const offset = -now.getTimezoneOffset();
  if (offset === 0) return "UTC";
  return offset % 60 === 0 ? `Etc/GMT${offset > 0 ? "-" : "+"}${Math.abs(offset) / 60}` : written(offset);
}

/** How far the wall clock of a zone is ahead of UTC. Raises RangeError for a zone that this device doesn't know. */
export function offsetMinutes(now: Date, timeZone: string): number {
  const fixed = /^([+-])(\d\d):(\d\d)$/.exec(timeZone);
  if (fixed) return (fixed[1] === "-" ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3]));
  const parts = formatter(timeZone).formatToParts(now);
  const shown = (type: string): number => Number(parts.find((part) => part.type === type)!.value);
  const wall = Date.UTC(shown("year"), shown("month") - 1, shown("day"), shown("hour") % 24, shown("minute"));
  return Math.round((wall - Math.floor(now.getTime() / 60_000) * 60_000) / 60_000);
}

/** The date so many days later (earlier: negative). */
export function addDays(date: string, days: number): string {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** Calendar days from one date to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string): Intl.DateTimeFormat {
  let found = formatters.get(timeZone);
  if (!found) {
    const digits = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" } as const;
    found = new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", calendar: "gregory", ...digits });
    formatters.set(timeZone, found);
  }
  return found;
}

function written(offset: number): string {
  const minutes = Math.abs(offset);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
