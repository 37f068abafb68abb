// Reading sales. Hours are whole: a span is widened to the hours it begins and ends in.
import type { TableReader } from '@streamstock/event-log';
import { microsText } from '../money.ts';
import { scan } from '../scan.ts';
import { HOUR_MS, SALES_HOURS_TABLE, salesHourKey, type SalesHourRow } from './sales-tables.ts';

export interface SalesTotals {
  readonly sales: number;
  readonly lines: number;
  /** A weighed line is one piece. */
  readonly pieces: number;
  readonly unpricedLines: number;
  /** Exact decimal text in the store's currency, for `Intl.NumberFormat`. */
  readonly revenue: string;
  readonly returns: number;
  readonly returnedPieces: number;
}

export interface SalesHour extends SalesTotals {
  /** Unix milliseconds of the hour's beginning. */
  readonly fromMs: number;
}

/** Hours with sales or returns that begin in [fromMs, toMs) after rounding `fromMs` down, oldest first. */
export async function salesByHour(
  reader: TableReader,
  store: string,
  fromMs: number,
  toMs: number,
): Promise<SalesHour[]> {
  const hours: SalesHour[] = [];
  const range = {
    from: salesHourKey(store, Math.floor(fromMs / HOUR_MS)),
    to: salesHourKey(store, Math.ceil(toMs / HOUR_MS)),
  };
  await scan<SalesHourRow>(reader, SALES_HOURS_TABLE, range, ({ key, value }) => {
    const { revenueMicros, ...counts } = value;
    const hour = Number(key.split('|').at(-1));
    hours.push({ ...counts, revenue: microsText(BigInt(revenueMicros)), fromMs: hour * HOUR_MS });
  });
  return hours;
}

/** The sums over the hours of `salesByHour`. */
export async function salesBetween(
  reader: TableReader,
  store: string,
  fromMs: number,
  toMs: number,
): Promise<SalesTotals> {
  const sums = { sales: 0, lines: 0, pieces: 0, unpricedLines: 0, returns: 0, returnedPieces: 0 };
  let micros = 0n;
  const range = {
    from: salesHourKey(store, Math.floor(fromMs / HOUR_MS)),
    to: salesHourKey(store, Math.ceil(toMs / HOUR_MS)),
  };
  await scan<SalesHourRow>(reader, SALES_HOURS_TABLE, range, ({ value }) => {
    sums.sales += value.sales;
    sums.lines += value.lines;
    sums.pieces += value.pieces;
    sums.unpricedLines += value.unpricedLines;
    sums.returns += value.returns;
    sums.returnedPieces += value.returnedPieces;
    micros += BigInt(value.revenueMicros);
  });
  return { ...sums, revenue: microsText(micros) };
}
