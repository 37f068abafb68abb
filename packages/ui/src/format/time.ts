// Ages and moments as the screens say them. Pure: the clock is an argument.
import { i18n } from '@lingui/core';
import { activeTag } from './active-tag.ts';
import { cachedFormatter } from './formatter-cache.ts';
import { msg, plural } from '@lingui/core/macro';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** How long ago, in one unit, rounded down: "just now" (under a minute), "38 min", "4 h", "2 days". Ages below 0 are "just now". */
export function formatAge(ageMs: number): string {
  if (ageMs < minuteMs)
    return i18n._(msg({ message: 'just now', comment: 'Age of a change, under a minute. Beside a figure; short.' }));
  if (ageMs < hourMs) {
    const minutes = Math.floor(ageMs / minuteMs);
    return i18n._(msg({ message: `${minutes} min`, comment: 'Age in minutes. Beside a figure; short.' }));
  }
  if (ageMs < dayMs) {
    const hours = Math.floor(ageMs / hourMs);
    return i18n._(msg({ message: `${hours} h`, comment: 'Age in hours. Beside a figure; short.' }));
  }
  const days = Math.floor(ageMs / dayMs);
  return i18n._(
    msg({
      message: plural(days, { one: '# day', other: '# days' }),
      comment: 'Age in days. Beside a figure; short.',
    }),
  );
}

const formatterFor = cachedFormatter(
  (locale, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options),
);

export interface MomentFormat {
  readonly locale?: string;
  /** IANA name; the browser's own zone without one. */
  readonly timeZone?: string;
}

const zoneOf = ({ timeZone }: MomentFormat): { readonly timeZone?: string } =>
  timeZone === undefined ? {} : { timeZone };

/** Year, month and day in the given zone, comparable as text. */
const dayOf = (ms: number, format: MomentFormat): string =>
  formatterFor('en-CA', { ...zoneOf(format), dateStyle: 'short' }).format(ms);

/** Whether two moments (Unix milliseconds) fall on the same day in the given zone. */
export function isSameDay(atMs: number, nowMs: number, format: MomentFormat = {}): boolean {
  return dayOf(atMs, format) === dayOf(nowMs, format);
}

/**
 * A past moment as briefly as it is still clear at `nowMs`: "08:51" on the same day, "Thu" within the last six days,
 * "17 Nov" within the year, "17 Nov 2025" before. Both are Unix milliseconds.
 */
export function formatMoment(atMs: number, nowMs: number, format: MomentFormat = {}): string {
  // English here is the English of shops that write 17 Nov, not Nov 17.
  const locale = (format.locale ?? activeTag()).replace(/^en$/, 'en-GB');
  const text = (options: Intl.DateTimeFormatOptions): string =>
    formatterFor(locale, { ...zoneOf(format), ...options }).format(atMs);
  if (isSameDay(atMs, nowMs, format)) return text({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  if (nowMs - atMs < 6 * dayMs && nowMs > atMs) return text({ weekday: 'short' });
  const sameYear = dayOf(atMs, format).slice(0, 4) === dayOf(nowMs, format).slice(0, 4);
  return text({ day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) });
}
