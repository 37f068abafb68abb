// The read models of analytics: rows, keys, table names. Central only. Hours are hours since 1970 in UTC; days of a time zone
// are a reader's business (local-days.ts).
import { sortableNumber, tableKey } from '@streamstock/event-log';
import type { AdjustReason } from '../stock/adjust-reasons.ts';

export const ITEM_HOURS_TABLE = 'item-hours';
export const EVENT_HOURS_TABLE = 'event-hours';

/** Hours that lie in one row: four weeks. */
export const SPAN_HOURS = 4 * 7 * 24;

/** What is counted of a line, in the item's smallest unit; `…Lines`: lines of documents. `loss:`: goods that left to the world. */
export type HourCount = 'sold' | 'soldLines' | 'unpricedLines' | 'returned' | 'received' | `loss:${AdjustReason}`;

/** One hour of one line. What is 0 is left out. Money in millionths of the store's currency, as the text of an integer. */
export interface ItemHour {
  readonly counts: Readonly<Partial<Record<HourCount, number>>>;
  readonly revenueMicros?: string;
  /** What returned goods had been paid with, where the return says so. */
  readonly refundMicros?: string;
}

/** Key: store|item|span (hour ÷ `SPAN_HOURS`). By hour within the span. */
export interface ItemHoursRow {
  readonly hours: Readonly<Record<string, ItemHour>>;
}

/** Stands where a store's id stands in the statistics of events about the whole chain. */
export const CHAIN_EVENTS = '*';

/** Key: store (or `CHAIN_EVENTS`)|hour. Events that count, by type. */
export interface EventHoursRow {
  readonly types: Readonly<Record<string, number>>;
}

export function itemHoursKey(store: string, item: string, hour: number): string {
  return tableKey(store, item, sortableNumber(Math.floor(hour / SPAN_HOURS)));
}

export function eventHoursKey(store: string | null, hour: number): string {
  return tableKey(store ?? CHAIN_EVENTS, sortableNumber(hour));
}
