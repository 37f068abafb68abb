// Sums what happened to each line by hour of effective time. Commutative: every fact adds what it says and takes away what it
// said; money is summed as integers of millionths.
import type { Row, Tables } from '@streamstock/event-log';
import { moneyMicros } from '../money.ts';
import { ADJUST_REASONS, type AdjustReason } from '../stock/adjust-reasons.ts';
import type { FactChange, FactState, StockFact } from '../stock/reversed-facts.ts';
import { writeRows } from '../stock/write-rows.ts';
import type { Money } from '../words.ts';
import { hourOf } from '../sales/sales-tables.ts';
import {
  ITEM_HOURS_TABLE,
  itemHoursKey,
  SPAN_HOURS,
  type HourCount,
  type ItemHour,
  type ItemHoursRow,
} from './analytics-tables.ts';

interface HourSums {
  readonly counts: Map<HourCount, number>;
  revenueMicros: bigint;
  refundMicros: bigint;
}

/** By row key, then by hour of the span. */
type Sums = Map<string, Map<string, HourSums>>;

function hourSums(sums: Sums, key: string, hour: string): HourSums {
  const row = sums.get(key) ?? new Map<string, HourSums>();
  sums.set(key, row);
  const known = row.get(hour);
  if (known !== undefined) return known;
  const fresh: HourSums = { counts: new Map(), revenueMicros: 0n, refundMicros: 0n };
  row.set(hour, fresh);
  return fresh;
}

function add(sums: HourSums, count: HourCount, change: number): void {
  sums.counts.set(count, (sums.counts.get(count) ?? 0) + change);
}

interface TradedLine {
  readonly quantity: number;
  readonly unitPrice?: Money | null | undefined;
}

function amountOf({ quantity, unitPrice }: TradedLine, sign: bigint): bigint {
  return unitPrice === null || unitPrice === undefined ? 0n : sign * BigInt(quantity) * moneyMicros(unitPrice);
}

function addSold(hour: HourSums, line: TradedLine, sign: 1 | -1): void {
  add(hour, 'sold', sign * line.quantity);
  add(hour, 'soldLines', sign);
  if (line.unitPrice === null) add(hour, 'unpricedLines', sign);
  hour.revenueMicros += amountOf(line, BigInt(sign));
}

function lossOf(reason: AdjustReason): HourCount | null {
  return ADJUST_REASONS[reason].to === 'world' ? `loss:${reason}` : null;
}

function addFact(sums: Sums, fact: StockFact, state: FactState | null, sign: 1 | -1): void {
  if (state === null || fact.store === null || fact.type === 'OrderCancelled') return;
  const { store } = fact;
  const hour = hourOf(state.at);
  const own = (item: string): HourSums =>
    hourSums(sums, itemHoursKey(store, item, hour), (hour % SPAN_HOURS).toString());
  const loss = fact.type === 'StockAdjusted' ? lossOf(fact.payload.reason) : null;
  for (const [index, line] of fact.payload.lines.entries()) {
    if (state.lines[index] !== true || !('quantity' in line)) continue;
    const { item, quantity } = line;
    if (fact.type === 'StockSold' || fact.type === 'OrderFulfilled') addSold(own(item), line, sign);
    else if (fact.type === 'StockReturned') {
      add(own(item), 'returned', sign * quantity);
      own(item).refundMicros += amountOf(line, BigInt(sign));
    } else if (fact.type === 'StockReceived') add(own(item), 'received', sign * quantity);
    else if (loss !== null) add(own(item), loss, sign * quantity);
  }
}

export async function foldItemHours(tables: Tables, changes: readonly FactChange[]): Promise<void> {
  const sums: Sums = new Map();
  for (const { fact, before, after } of changes) {
    addFact(sums, fact, before, -1);
    addFact(sums, fact, after, 1);
  }
  const keys = [...sums.keys()];
  if (keys.length === 0) return;
  const stored = await tables.getMany<ItemHoursRow>(ITEM_HOURS_TABLE, keys);
  const rows = keys.map((key, index): Row<ItemHoursRow> => ({ key, value: added(stored[index], sums.get(key)) }));
  const isEmpty = ({ value }: Row<ItemHoursRow>): boolean => Object.keys(value.hours).length === 0;
  await writeRows(
    tables,
    ITEM_HOURS_TABLE,
    rows.filter((row) => !isEmpty(row)),
    rows.filter(isEmpty).map(({ key }) => key),
  );
}

function added(row: ItemHoursRow | undefined, sums: ReadonlyMap<string, HourSums> | undefined): ItemHoursRow {
  const hours: Record<string, ItemHour> = { ...row?.hours };
  for (const [hour, change] of sums ?? []) {
    const now = addedHour(hours[hour], change);
    if (now === null) delete hours[hour];
    else hours[hour] = now;
  }
  return { hours };
}

/** null: nothing is left of the hour. */
function addedHour(hour: ItemHour | undefined, sums: HourSums): ItemHour | null {
  const counts: Partial<Record<HourCount, number>> = { ...hour?.counts };
  for (const [count, change] of sums.counts) {
    const now = (counts[count] ?? 0) + change;
    if (now === 0) delete counts[count];
    else counts[count] = now;
  }
  const revenue = BigInt(hour?.revenueMicros ?? 0) + sums.revenueMicros;
  const refund = BigInt(hour?.refundMicros ?? 0) + sums.refundMicros;
  if (Object.keys(counts).length === 0 && revenue === 0n && refund === 0n) return null;
  return {
    counts,
    ...(revenue === 0n ? {} : { revenueMicros: revenue.toString() }),
    ...(refund === 0n ? {} : { refundMicros: refund.toString() }),
  };
}
