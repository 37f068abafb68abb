// Which movement took a bucket below zero: found by walking back from now. Reads only.
import type { TableReader } from '@streamstock/event-log';
import { SCAN_PAGE_ROWS } from '../limits.ts';
import { scan } from '../scan.ts';
import type { Bucket } from './adjust-reasons.ts';
import { isAfterCount, moveIn } from './bucket-arithmetic.ts';
import { journalFrom, type BucketStart } from './line-start.ts';
import {
  readJournalRow,
  STOCK_JOURNAL_TABLE,
  type CountSummary,
  type JournalValue,
  type NegativeStart,
} from './stock-tables.ts';

export const BACKWARD_PAGE_ROWS: number = Math.min(100, SCAN_PAGE_ROWS);

/**
 * The step after which a bucket that now stands at `quantity` < 0 was never again at zero or above. null: no movement took it
 * there.
 */
export async function negativeStart(
  reader: TableReader,
  line: { readonly store: string; readonly item: string },
  bucket: Bucket,
  count: CountSummary | null,
  start: BucketStart,
  quantity: number,
): Promise<NegativeStart | null> {
  let value = quantity;
  let lowest = quantity;
  let found: NegativeStart | null = null;
  // Before the count nothing matters; what lies before a base is in it.
  const range = { ...journalFrom(line, Math.max(count?.at ?? 0, start.horizon)), reverse: true };
  await scan<JournalValue>(
    reader,
    STOCK_JOURNAL_TABLE,
    range,
    (row) => {
      const { at, event, line: index, store: _store, item: _item, ...rest } = readJournalRow(row);
      const point = { at, id: event, value: rest };
      if (!isAfterCount(point, count)) return 'stop';
      const move = moveIn(bucket, point);
      if (move === 0 || rest.kind === 'counted') return undefined;
      found = { at, event, line: index, kind: rest.kind, actor: rest.actor, lowest };
      value -= move;
      if (value >= 0) return 'stop';
      lowest = Math.min(lowest, value);
      return undefined;
    },
    BACKWARD_PAGE_ROWS,
  );
  const { negative } = start;
  return value < 0 && negative !== null ? { ...negative, lowest: Math.min(lowest, negative.lowest) } : found;
}
