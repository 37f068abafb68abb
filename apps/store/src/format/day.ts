// Where days begin in a store's own time zone. Pure; days of 23 and 25 hours included.

const partsFormats = new Map<string, Intl.DateTimeFormat>();

function wallClock(atMs: number, timeZone: string): { readonly day: string; readonly sinceMidnightMs: number } {
  let format = partsFormats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    partsFormats.set(timeZone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(atMs).map((part) => [part.type, part.value]));
  const seconds = Number(parts['hour']) * 3_600 + Number(parts['minute']) * 60 + Number(parts['second']);
  return {
    day: `${parts['year']}-${parts['month']}-${parts['day']}`,
    sinceMidnightMs: seconds * 1_000 + (((atMs % 1_000) + 1_000) % 1_000),
  };
}

/** The first millisecond of the day in which `atMs` lies, in the zone (an IANA name). */
export function startOfDayMs(atMs: number, timeZone: string): number {
  const { day, sinceMidnightMs } = wallClock(atMs, timeZone);
  let start = atMs - sinceMidnightMs;
  // A clock change since midnight makes the day longer or shorter than the clock says.
  const landed = wallClock(start, timeZone);
  if (landed.day !== day) start += 86_400_000 - landed.sinceMidnightMs;
  else start -= landed.sinceMidnightMs;
  return start;
}
