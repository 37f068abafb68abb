// Moments in full, for where brevity would leave a doubt: the past bar, an event's times, a file's head.
import { i18n } from '@streamstock/ui';

function localeNow(): string {
  const { locale } = i18n;
  // English here is the English of shops that write 17 Nov, not Nov 17.
  return locale === '' || locale === 'pseudo' || locale === 'en' ? 'en-GB' : locale;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const locale = localeNow();
  const key = `${locale} ${JSON.stringify(options)}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(locale, options);
  formats.set(key, made);
  return made;
}

/** "Tue, 17 Nov 2026, 14:20", in the zone of the person's computer unless another is given. */
export function formatFullMoment(atMs: number, timeZone?: string): string {
  return format({
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(atMs);
}

/** "17 Nov, 18:02" of this year; with the year otherwise. */
export function formatDayAndTime(atMs: number, nowMs: number, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const year = format({ year: 'numeric', ...zone });
  const sameYear = year.format(atMs) === year.format(nowMs);
  return format({
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...zone,
  }).format(atMs);
}

/** "17 Nov". */
export function formatDay(atMs: number, timeZone?: string): string {
  return format({ day: 'numeric', month: 'short', ...(timeZone === undefined ? {} : { timeZone }) }).format(atMs);
}

/** "17 Oct 2025 – 21 Nov 2026"; what two days have in common is said once. */
export function formatDaySpan(fromMs: number, toMs: number, timeZone: string): string {
  return format({ day: 'numeric', month: 'short', year: 'numeric', timeZone }).formatRange(fromMs, toMs);
}

/** "10:41:58.204". */
export function formatExactTime(atMs: number): string {
  return format({
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
  }).format(atMs);
}

/** Names the calendar day of a moment in a zone: equal for two moments of one day, and only for them. */
export function dayKey(atMs: number, timeZone: string): string {
  return format({ year: 'numeric', month: '2-digit', day: '2-digit', timeZone }).format(atMs);
}

/** What `<input type="datetime-local">` holds for a moment, in the computer's zone. */
export function localInputText(atMs: number): string {
  const at = new Date(atMs);
  return new Date(atMs - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The moment such a text means; null when it is none. */
export function readLocalInput(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return null;
  const atMs = new Date(text).getTime();
  return Number.isNaN(atMs) ? null : atMs;
}

/** Midnight that begins the day of a moment in a zone, by looking where the day changes; zones shift by at most a day. */
export function dayStart(atMs: number, timeZone: string): number {
  const hour = 3_600_000;
  const day = dayKey(atMs, timeZone);
  let start = atMs - (atMs % (hour / 4));
  while (dayKey(start - 1, timeZone) === day) start -= hour / 4;
  return start;
}
