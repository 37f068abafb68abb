// Names of what the page caches. `live` ones are kept up to date by the live feed, not by age.
import type { LogQuery } from '@streamstock/api';

/** What an events list is narrowed to; absent = all. */
export type EventFilter = Pick<LogQuery, 'store' | 'device' | 'type' | 'item'>;

export const queryKeys = {
  session: ['session'],
  setup: ['setup'],
  stores: ['stores'],
  devices: ['devices'],
  history: ['history'],
  refusedEvents: (count: number, after: string | null) => ['refused-events', count, after],
  refusedBytes: (sum: string) => ['refused-bytes', sum],
  stock: ['stock'],
  stockNow: ['stock', 'now'],
  stockAt: (at: string) => ['stock', 'at', at],
  stories: ['story'],
  story: (store: string, item: string) => ['story', store, item],
  events: (filter: EventFilter) => ['events', filter],
} as const;
