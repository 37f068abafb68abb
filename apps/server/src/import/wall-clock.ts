// Wall-clock text of a file, in the mapping's zone, to Unix milliseconds. Luxon parses; a small cache serves the many
// rows of one document.
import { DateTime } from 'luxon';
import { LRUCache } from 'lru-cache';
import { UNIX_MS_MAX } from '@streamstock/event-log';

/** Minutes of about a month: files are in order of time, mostly. */
const CACHE_ENTRIES_MAX = 50_000;

/** Milliseconds, or null when the text is no such time or lies outside 1970–2109. */
export function wallClock(zone: string, format: string): (text: string) => number | null {
  const cache = new LRUCache<string, number>({ max: CACHE_ENTRIES_MAX });
  const parser = DateTime.buildFormatParser(format, { locale: 'en' });
  return (text) => {
    const cached = cache.get(text);
    if (cached !== undefined) return cached;
    const time = DateTime.fromFormatParser(text.trim(), parser, { zone, locale: 'en' });
    const ms = time.isValid ? time.toMillis() : -1;
    if (ms < 0 || ms > UNIX_MS_MAX) return null;
    cache.set(text, ms);
    return ms;
  };
}
