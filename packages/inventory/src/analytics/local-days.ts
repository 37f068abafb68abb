// Days as a store's people count them: the calendar day of a time zone. Pure: the zone's rules come with the runtime.

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Zones change their offset on quarters of an hour, never between. */
const QUARTER_MS = 15 * 60 * 1_000;
/** Offsets one clock remembers; past it, it forgets them all. */
const OFFSETS_MAX = 200_000;

/** The calendar of one time zone. Days are numbered: days since 1970-01-01 in that zone. */
export interface LocalDays {
  readonly timeZone: string;
  dayOf(ms: number): number;
  /** Unix milliseconds at which a day begins. */
  startMs(day: number): number;
  /** 0 Monday … 6 Sunday. */
  weekdayOf(day: number): number;
  /** 2011-12-09. */
  textOf(day: number): string;
}

/** Throws RangeError for a zone that the runtime does not know. */
export function localDays(timeZone: string): LocalDays {
  const format = new Intl.DateTimeFormat('en-u-ca-iso8601', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  const offsets = new Map<number, number>();
  const offsetAt = (ms: number): number => {
    const quarter = Math.floor(ms / QUARTER_MS);
    const known = offsets.get(quarter);
    if (known !== undefined) return known;
    const parts = Object.fromEntries(
      format.formatToParts(quarter * QUARTER_MS).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    const offset = Date.UTC(year, month - 1, day, hour, minute, second) - quarter * QUARTER_MS;
    if (offsets.size >= OFFSETS_MAX) offsets.clear();
    offsets.set(quarter, offset);
    return offset;
  };
  const dayOf = (ms: number): number => Math.floor((ms + offsetAt(ms)) / DAY_MS);
  const startMs = (day: number): number => {
    const noon = day * DAY_MS + DAY_MS / 2;
    let start = day * DAY_MS - offsetAt(noon - offsetAt(noon));
    // A zone may change its offset between midnight and noon.
    start = day * DAY_MS - offsetAt(start);
    while (dayOf(start) < day) start += QUARTER_MS;
    while (dayOf(start - QUARTER_MS) >= day) start -= QUARTER_MS;
    return start;
  };
  return {
    timeZone,
    dayOf,
    startMs,
    // 1970-01-01 was a Thursday.
    weekdayOf: (day) => (((day + 3) % 7) + 7) % 7,
    textOf: (day) => new Date(day * DAY_MS).toISOString().slice(0, 10),
  };
}
