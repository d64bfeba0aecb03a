import type { JsonValue } from '../json.ts';

const DATE = '(\\d{4}-\\d\\d-(\\d\\d))';
/** Fractions to the nanosecond: a bound, because attributes come from outside. */
const TIME = '(\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d{1,9}))?';
const OFFSET = '(?:[Zz]|([+-])(\\d\\d):(\\d\\d))';
const RFC_3339 = new RegExp(`^${DATE}[Tt ]${TIME}${OFFSET}$`);
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * The instant that a value says, in epoch milliseconds: a finite number is just that, a text is a date-time of RFC 3339
 * with its offset, cut to milliseconds. NaN for anything else, also for days and times that do not exist; a leap
 * second counts as the start of the next minute.
 */
export function instantMs(value: JsonValue): number {
  if (typeof value === 'number') return Number.isFinite(value) ? value : Number.NaN;
  const match = typeof value === 'string' ? RFC_3339.exec(value) : null;
  if (match === null) return Number.NaN;
  const [, date = '', day, hour, minute, second, fraction = '', sign, offsetHour = 0, offsetMinute = 0] = match;
  const dayMs = Date.parse(`${date}T00:00:00Z`);
  // Date.parse rolls the 30th of February over into March.
  if (new Date(dayMs).getUTCDate() !== Number(day)) return Number.NaN;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return Number.NaN;
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return Number.NaN;
  const timeMs = Number(hour) * HOUR_MS + Number(minute) * MINUTE_MS + Number(second) * SECOND_MS;
  const offsetMs = Number(offsetHour) * HOUR_MS + Number(offsetMinute) * MINUTE_MS;
  return dayMs + timeMs + Number(fraction.padEnd(3, '0').slice(0, 3)) - (sign === '-' ? -offsetMs : offsetMs);
}
