// The independent book: everything the read models say, recomputed from the whole set of events by the plainest reading of
// the rules. Shares no arithmetic with the projectors (it may import from no folder but this one); slow on purpose.
import type { Event } from '@streamstock/event-log';
import { naiveCodes, naiveItems, naiveStores, type BookCode, type BookItem } from './naive-catalogue.ts';
import { naiveHours, type BookHour } from './naive-sales.ts';
import { countingEvents, readSet, type NaiveSet, type Understands } from './naive-set.ts';
import { naiveLines, type BookLine } from './naive-stock.ts';

export interface NaiveBook {
  readonly set: NaiveSet;
  /** By `store|item`. */
  readonly lines: ReadonlyMap<string, BookLine>;
  /** By `store|hour`, hours since 1970 in plain digits. */
  readonly hours: ReadonlyMap<string, BookHour>;
  readonly items: ReadonlyMap<string, BookItem>;
  readonly codes: ReadonlyMap<string, BookCode>;
  readonly stores: ReadonlyMap<string, BookItem>;
}

/** Recomputes everything from scratch. Events may stand in any order, repeated. */
export function naiveBook(events: readonly Event[], understands: Understands = () => true): NaiveBook {
  const set = readSet(events, understands);
  return {
    set,
    lines: naiveLines(set),
    hours: naiveHours(set),
    items: naiveItems(set),
    codes: naiveCodes(set),
    stores: naiveStores(set),
  };
}

/** The book as of a moment: what had happened by then, as known now. Openings, closings and reversals count whenever made. */
export function naiveBookAsOf(events: readonly Event[], at: number, understands: Understands = () => true): NaiveBook {
  const unique = [...new Map(events.map((event) => [event.id, event])).values()];
  const timeless = ['EntryReversed', 'CountOpened', 'CountClosed'];
  const later = countingEvents(unique).filter((one) => one.at > at && !timeless.includes(one.type));
  const leftOut = new Set(later.map(({ id }) => id));
  return naiveBook(
    unique.filter(({ id }) => !leftOut.has(id)),
    understands,
  );
}
