// Reading analytics: what was sold, came back, came in and was lost, per line over a span of whole hours, and per day of a
// time zone; how many events of which type. Spans are widened to whole hours; sums are exact.
import { keyPrefix, sortableNumber, tableKey, type TableReader } from '@streamstock/event-log';
import { microsText } from '../money.ts';
import { HOUR_MS, SALES_HOURS_TABLE, salesHourKey, type SalesHourRow } from '../sales/sales-tables.ts';
import { scan } from '../scan.ts';
import {
  CHAIN_EVENTS,
  EVENT_HOURS_TABLE,
  ITEM_HOURS_TABLE,
  itemHoursKey,
  SPAN_HOURS,
  type EventHoursRow,
  type HourCount,
  type ItemHour,
  type ItemHoursRow,
} from './analytics-tables.ts';
import type { LocalDays } from './local-days.ts';

export interface Span {
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}

/** Sums of one line over a span. Quantities in the item's smallest unit; money in millionths, exact. */
export interface LineTotals {
  readonly store: string;
  readonly item: string;
  readonly sold: number;
  readonly soldLines: number;
  readonly unpricedLines: number;
  readonly returned: number;
  readonly received: number;
  readonly revenueMicros: bigint;
  readonly refundMicros: bigint;
  /** Goods that left to the world, by reason. */
  readonly losses: Readonly<Record<string, number>>;
  /** The last hour of the span in which it was sold, Unix milliseconds of its beginning; null: none. */
  readonly lastSaleMs: number | null;
}

interface Totals {
  readonly counts: Map<HourCount, number>;
  revenueMicros: bigint;
  refundMicros: bigint;
  lastSaleMs: number | null;
}

function addHour(totals: Totals, hour: number, { counts, revenueMicros, refundMicros }: ItemHour): void {
  for (const [name, count] of Object.entries(counts) as [HourCount, number][])
    totals.counts.set(name, (totals.counts.get(name) ?? 0) + count);
  totals.revenueMicros += BigInt(revenueMicros ?? 0);
  totals.refundMicros += BigInt(refundMicros ?? 0);
  if ((counts.sold ?? 0) > 0) totals.lastSaleMs = Math.max(totals.lastSaleMs ?? 0, hour * HOUR_MS);
}

function lineTotals(store: string, item: string, { counts, ...rest }: Totals): LineTotals {
  const of = (name: HourCount): number => counts.get(name) ?? 0;
  const losses = [...counts].flatMap(([name, count]) =>
    name.startsWith('loss:') ? [[name.slice('loss:'.length), count] as const] : [],
  );
  return {
    store,
    item,
    sold: of('sold'),
    soldLines: of('soldLines'),
    unpricedLines: of('unpricedLines'),
    returned: of('returned'),
    received: of('received'),
    losses: Object.fromEntries(losses.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    ...rest,
  };
}

/** Gives `visit` each hour of each line of the span, by (store, item, span). */
async function visitHours(
  reader: TableReader,
  filter: { readonly store?: string; readonly item?: string },
  { fromMs, toMs }: Span,
  visit: (store: string, item: string, hour: number, sums: ItemHour) => void,
): Promise<void> {
  const from = Math.floor(fromMs / HOUR_MS);
  const to = Math.ceil(toMs / HOUR_MS);
  const { store, item } = filter;
  const line = store !== undefined && item !== undefined;
  const range = line
    ? { from: itemHoursKey(store, item, from), to: `${itemHoursKey(store, item, to)} ` }
    : store === undefined
      ? {}
      : keyPrefix(store);
  await scan<ItemHoursRow>(reader, ITEM_HOURS_TABLE, range, ({ key, value }) => {
    const [rowStore = '', rowItem = '', span = ''] = key.split('|');
    const first = Number(span) * SPAN_HOURS;
    if (first >= to || first + SPAN_HOURS <= from) return;
    for (const [offset, sums] of Object.entries(value.hours)) {
      const hour = first + Number(offset);
      if (hour >= from && hour < to) visit(rowStore, rowItem, hour, sums);
    }
  });
}

/** Every line of a store or of the chain to which something happened in the span, by (store, item). */
export async function listLineTotals(
  reader: TableReader,
  filter: { readonly store?: string; readonly item?: string },
  span: Span,
): Promise<LineTotals[]> {
  const lines = new Map<string, { readonly store: string; readonly item: string; readonly totals: Totals }>();
  await visitHours(reader, filter, span, (store, item, hour, sums) => {
    const key = tableKey(store, item);
    let line = lines.get(key);
    if (line === undefined) {
      line = { store, item, totals: { counts: new Map(), revenueMicros: 0n, refundMicros: 0n, lastSaleMs: null } };
      lines.set(key, line);
    }
    addHour(line.totals, hour, sums);
  });
  return [...lines.values()].map(({ store, item, totals }) => lineTotals(store, item, totals));
}

export interface DayTotals {
  /** 2011-12-09 in the time zone asked for. */
  readonly day: string;
  readonly sold: number;
  readonly returned: number;
  /** Exact decimal text. */
  readonly revenue: string;
}

/** One line (or all lines of a store, or of the chain) by day of a time zone; days with nothing are left out. */
export async function salesByDay(
  reader: TableReader,
  filter: { readonly store?: string; readonly item?: string },
  span: Span,
  days: LocalDays,
): Promise<DayTotals[]> {
  const totals = new Map<number, { sold: number; returned: number; micros: bigint }>();
  await visitHours(reader, filter, span, (_store, _item, hour, { counts, revenueMicros }) => {
    const day = days.dayOf(hour * HOUR_MS);
    const sums = totals.get(day) ?? { sold: 0, returned: 0, micros: 0n };
    sums.sold += counts.sold ?? 0;
    sums.returned += counts.returned ?? 0;
    sums.micros += BigInt(revenueMicros ?? 0);
    totals.set(day, sums);
  });
  return [...totals]
    .filter(([, { sold, returned, micros }]) => sold !== 0 || returned !== 0 || micros !== 0n)
    .toSorted(([a], [b]) => a - b)
    .map(([day, { sold, returned, micros }]) => ({
      day: days.textOf(day),
      sold,
      returned,
      revenue: microsText(micros),
    }));
}

/** Days of a time zone on which a store sold anything at all. */
export async function tradingDays(
  reader: TableReader,
  store: string,
  { fromMs, toMs }: Span,
  days: LocalDays,
): Promise<Set<number>> {
  const traded = new Set<number>();
  const range = {
    from: salesHourKey(store, Math.floor(fromMs / HOUR_MS)),
    to: salesHourKey(store, Math.ceil(toMs / HOUR_MS)),
  };
  await scan<SalesHourRow>(reader, SALES_HOURS_TABLE, range, ({ key, value }) => {
    if (value.sales > 0) traded.add(days.dayOf(Number(key.split('|').at(-1)) * HOUR_MS));
  });
  return traded;
}

export interface EventStatistics {
  readonly events: number;
  /** By type, most first; ties by name. */
  readonly mix: readonly { readonly type: string; readonly events: number }[];
  /** Hours with events, oldest first. */
  readonly hours: readonly { readonly fromMs: number; readonly events: number }[];
  /** Events per hour of the span, empty hours included. */
  readonly perHour: number;
}

/** Events that count, of one store (null: about the whole chain), at their effective time. */
export async function eventStatistics(
  reader: TableReader,
  store: string | null,
  { fromMs, toMs }: Span,
): Promise<EventStatistics> {
  const from = Math.floor(fromMs / HOUR_MS);
  const to = Math.ceil(toMs / HOUR_MS);
  const owner = store ?? CHAIN_EVENTS;
  const types = new Map<string, number>();
  const hours: { fromMs: number; events: number }[] = [];
  const range = { from: tableKey(owner, sortableNumber(from)), to: tableKey(owner, sortableNumber(to)) };
  await scan<EventHoursRow>(reader, EVENT_HOURS_TABLE, range, ({ key, value }) => {
    let events = 0;
    for (const [type, count] of Object.entries(value.types)) {
      events += count;
      types.set(type, (types.get(type) ?? 0) + count);
    }
    hours.push({ fromMs: Number(key.split('|').at(-1)) * HOUR_MS, events });
  });
  const events = hours.reduce((sum, hour) => sum + hour.events, 0);
  const mix = [...types]
    .map(([type, count]) => ({ type, events: count }))
    .toSorted((a, b) => b.events - a.events || (a.type < b.type ? -1 : 1));
  return { events, mix, hours, perHour: to > from ? events / (to - from) : 0 };
}
