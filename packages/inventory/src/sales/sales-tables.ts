// The read model of sales by hour: row, key, table name. Hours are hours since 1970 in UTC; days are a reader's business.
import { msFromHybridTime, sortableNumber, tableKey, type HybridTime } from '@streamstock/event-log';

export const SALES_HOURS_TABLE = 'sales-hours';
export const HOUR_MS = 60 * 60 * 1_000;

/** Key: store|hour. Money is in millionths of the store's currency, as the text of an integer: sums pass 2⁵³. */
export interface SalesHourRow {
  /** Documents with at least one line that counts. */
  readonly sales: number;
  readonly lines: number;
  /** Pieces sold; a weighed line is one piece. */
  readonly pieces: number;
  /** Lines without a price: the revenue leaves them out. */
  readonly unpricedLines: number;
  readonly revenueMicros: string;
  readonly returns: number;
  readonly returnedPieces: number;
}

export function hourOf(time: HybridTime): number {
  return Math.floor(msFromHybridTime(time) / HOUR_MS);
}

export function salesHourKey(store: string, hour: number): string {
  return tableKey(store, sortableNumber(hour));
}
