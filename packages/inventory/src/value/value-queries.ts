// Reading value: what a line's goods cost, exactly, and what a unit costs now. A figure is provisional while a store is
// stale: the caller knows which are, this does not.
import { keyPrefix, type HybridTime, type TableReader } from '@streamstock/event-log';
import { MONEY_MINOR_UNITS_MAX, SCALE_MAX } from '../limits.ts';
import { scan } from '../scan.ts';
import type { Money } from '../words.ts';
import { loadedState, onHandOf, PICOS_SCALE, scaleRounded } from './cost-arithmetic.ts';
import { valueAfter } from './value-fold.ts';
import {
  VALUE_CHUNKS_TABLE,
  valueKey,
  VALUES_TABLE,
  type EntryPlace,
  type EntryTrade,
  type ValueChunkRow,
  type ValueRow,
} from './value-tables.ts';

/** What a line's goods are worth at moving average cost. Money is decimal text in the store's currency, exact. */
export interface LineValue {
  readonly store: string;
  readonly item: string;
  /** Of all buckets; may be negative. */
  readonly onHand: number;
  /** Of all goods on hand; '0' where there are none or fewer; null: no cost was ever stated. */
  readonly value: string | null;
  /** Of one unit; where there are no goods, what the last ones cost; null: no cost was ever stated. */
  readonly averageCost: string | null;
  readonly lastChangeAt: HybridTime;
}

/** One per name, in their order; undefined: nothing is known of the line. */
export async function valueOf(
  reader: TableReader,
  names: readonly { readonly store: string; readonly item: string }[],
): Promise<(LineValue | undefined)[]> {
  const rows = await reader.getMany<ValueRow>(
    VALUES_TABLE,
    names.map(({ store, item }) => valueKey(store, item)),
  );
  return rows.map((row) => (row === undefined ? undefined : lineValue(row)));
}

/** Every line, or every line of one store, by (store, item). */
export async function listValues(reader: TableReader, filter: { readonly store?: string } = {}): Promise<LineValue[]> {
  const range = filter.store === undefined ? {} : keyPrefix(filter.store);
  const values: LineValue[] = [];
  await scan<ValueRow>(reader, VALUES_TABLE, range, ({ value }) => void values.push(lineValue(value)));
  return values;
}

/** Picos as decimal text, without zeros at the end. */
export function picosText(picos: bigint): string {
  const digits = picos.toString().padStart(PICOS_SCALE + 1, '0');
  const fraction = digits.slice(-PICOS_SCALE).replace(/0+$/, '');
  const whole = digits.slice(0, -PICOS_SCALE);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** The exact sum of the values of lines of one currency; lines whose cost is not known are left out. */
export function totalValue(lines: readonly Pick<LineValue, 'value'>[]): string {
  return picosText(lines.reduce((sum, { value }) => (value === null ? sum : sum + picosOf(value)), 0n));
}

function picosOf(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(PICOS_SCALE, '0'));
}

function lineValue({ store, item, state, lastChangeAt }: ValueRow): LineValue {
  const { quantities, cost, average } = loadedState(state);
  return {
    store,
    item,
    onHand: onHandOf({ quantities }),
    value: average === null ? null : picosText(cost),
    averageCost: average === null ? null : picosText(average),
    lastChangeAt,
  };
}

/**
 * What a unit costs now, as a sender freezes it into `TransferDispatched`: the average, rounded half up to as many digits as
 * `Money` takes; null: no cost was ever stated.
 */
export async function unitCostNow(reader: TableReader, store: string, item: string): Promise<Money | null> {
  const [row] = await reader.getMany<ValueRow>(VALUES_TABLE, [valueKey(store, item)]);
  const average = row === undefined ? null : loadedState(row.state).average;
  return average === null ? null : moneyOfPicos(average);
}

/** The amount with the most digits that fit the bounds of `Money`, without zeros at the end beyond cents. */
export function moneyOfPicos(picos: bigint): Money {
  for (let scale = SCALE_MAX; scale > 0; scale -= 1) {
    const minorUnits = scaleRounded(picos, 1n, 10n ** BigInt(PICOS_SCALE - scale));
    if (minorUnits > BigInt(MONEY_MINOR_UNITS_MAX)) continue;
    return withoutZeros({ minorUnits: Number(minorUnits), scale });
  }
  const whole = scaleRounded(picos, 1n, 10n ** BigInt(PICOS_SCALE));
  return { minorUnits: Math.min(Number(whole), MONEY_MINOR_UNITS_MAX), scale: 0 };
}

const CENTS_SCALE = 2;

function withoutZeros({ minorUnits, scale }: Money): Money {
  return scale > CENTS_SCALE && minorUnits % 10 === 0
    ? withoutZeros({ minorUnits: minorUnits / 10, scale: scale - 1 })
    : { minorUnits, scale };
}

/** What a line held after an entry of its journal. */
export interface HeldStep {
  readonly at: HybridTime;
  readonly sellable: number;
  readonly onHand: number;
}

/** A customer bought goods or brought them back. */
export interface LineTrade extends EntryPlace, EntryTrade {
  readonly quantity: number;
}

/** What a line's journal says of its levels and its trade. */
export interface LineHistory {
  /** By time, one per entry. */
  readonly steps: readonly HeldStep[];
  readonly trades: readonly LineTrade[];
  /**
   * When the level is first founded on more than sales: a count, a delivery, a transfer or opening stock. null: never, the
   * figure is only what sales and corrections add up to.
   */
  readonly foundedAt: HybridTime | null;
}

/** The levels and the trade of a line over all its time, from its cost journal. */
export async function lineHistory(reader: TableReader, store: string, item: string): Promise<LineHistory> {
  const steps: HeldStep[] = [];
  const trades: LineTrade[] = [];
  let foundedAt: HybridTime | null = null;
  await scan<ValueChunkRow>(reader, VALUE_CHUNKS_TABLE, keyPrefix(store, item), ({ value }) => {
    let state = loadedState(value.start);
    for (const entry of value.entries) {
      const before = onHandOf(state);
      state = valueAfter(state, entry);
      const onHand = onHandOf(state);
      steps.push({ at: entry.at, sellable: state.quantities.sellable, onHand });
      if ('quantity' in entry || entry.supply === true) foundedAt ??= entry.at;
      if (!('trade' in entry) || entry.trade === undefined) continue;
      const { at, id, part, trade } = entry;
      trades.push({ at, id, part, ...trade, quantity: Math.abs(onHand - before) });
    }
  });
  return { steps, trades, foundedAt };
}
